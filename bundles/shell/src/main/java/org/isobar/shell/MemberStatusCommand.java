package org.isobar.shell;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.member.MemberService;

/** Shows how this member is. */
@Service
@Command(scope = "member", name = "status", description = "Shows how this member is")
public final class MemberStatusCommand extends ShowCommand<MemberInfo> {
    @Reference
    private MemberService member;

    @Override
    protected MemberInfo fetch() {
        return member.info();
    }

    @Override
    protected void print(final MemberInfo info) {
        System.out.println(info.state() + ": " + info.message());
        System.out.println("member " + (info.uuid() == null ? "has no identity yet" : info.uuid()));
        info.warnings().forEach(warning -> System.out.println("warning: " + warning));
    }
}
