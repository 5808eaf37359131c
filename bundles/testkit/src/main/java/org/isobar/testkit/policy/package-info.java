/** What every policy of a kind must do: extend the class of its kind, and run it with JUnit 4. */
package org.isobar.testkit.policy;
