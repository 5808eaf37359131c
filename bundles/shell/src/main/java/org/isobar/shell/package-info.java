/** Karaf commands: parse, call one service, print. */
package org.isobar.shell;
