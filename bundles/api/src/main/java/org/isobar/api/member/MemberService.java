package org.isobar.api.member;

/** Tells how this member is. Any thread may call. */
public interface MemberService {
    /** The present picture. */
    MemberInfo info();
}
