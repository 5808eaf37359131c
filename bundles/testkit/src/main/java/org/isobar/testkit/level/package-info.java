/** What every RAID level must do: extend {@link org.isobar.testkit.level.RaidLevelContract}, and run it with JUnit 4. */
package org.isobar.testkit.level;
