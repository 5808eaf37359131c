package org.isobar.raid;

import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.level.RaidLevelContract;

public class Raid10LevelTest extends RaidLevelContract {
    @Override
    protected RaidLevel level() {
        return new Raid10Level();
    }
}
