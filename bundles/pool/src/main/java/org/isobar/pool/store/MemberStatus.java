package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.member.MemberService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how the member is; there as soon as the bundle is, whatever the state. */
@Component(service = MemberService.class)
public final class MemberStatus implements MemberService {
    private final MemberStore store;

    @Activate
    public MemberStatus(@Reference final PoolComponent component) {
        this(component.store());
    }

    /** Over a store that was assembled by hand. */
    public static MemberStatus over(final MemberStore store) {
        return new MemberStatus(store);
    }

    private MemberStatus(final MemberStore store) {
        this.store = store;
    }

    @Override
    public MemberInfo info() {
        final MemberInfo info = store.info();
        final List<String> warnings = new ArrayList<>(info.warnings());
        warnings.addAll(store.policies().warnings());
        return new MemberInfo(info.uuid(), info.state(), info.message(), warnings);
    }
}
