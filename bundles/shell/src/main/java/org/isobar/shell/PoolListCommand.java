package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;
import org.isobar.api.volume.VolumeService;

/** Lists pools. */
@Service
@Command(scope = "pool", name = "list", description = "Lists pools with their space")
public final class PoolListCommand extends ShowCommand<List<PoolInfo>> {
    @Reference
    private PoolService pools;

    @Reference
    private VolumeService volumes;

    @Override
    protected List<PoolInfo> fetch() {
        return pools.pools();
    }

    @Override
    protected void print(final List<PoolInfo> infos) {
        PoolTable.print(infos, volumes.services());
    }
}
