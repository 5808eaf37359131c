package org.isobar.raid;

import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.level.RaidLevelContract;

public class Raid5LevelTest extends RaidLevelContract {
    @Override
    protected RaidLevel level() {
        return new Raid5Level();
    }
}
