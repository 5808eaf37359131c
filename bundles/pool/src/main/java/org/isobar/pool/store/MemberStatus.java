package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.member.MemberService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells how the member is; there as soon as the bundle is, whatever the state. */
@Component(service = MemberService.class)
public final class MemberStatus implements MemberService {
    private final MemberStore store;
    private final Supplier<List<String>> more;

    @Activate
    public MemberStatus(@Reference final PoolComponent component) {
        this(component.store(), component.policies()::warnings);
    }

    /** Over a store that was assembled by hand. */
    public static MemberStatus over(final MemberStore store) {
        return new MemberStatus(store, List::of);
    }

    private MemberStatus(final MemberStore store, final Supplier<List<String>> more) {
        this.store = store;
        this.more = more;
    }

    @Override
    public MemberInfo info() {
        final MemberInfo info = store.info();
        final List<String> warnings = new ArrayList<>(info.warnings());
        warnings.addAll(more.get());
        return new MemberInfo(info.uuid(), info.state(), info.message(), warnings);
    }
}
