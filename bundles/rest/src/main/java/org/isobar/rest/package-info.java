/** REST skin: parses, calls one service, prints. */
package org.isobar.rest;
