package org.isobar.spi.allocation;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides which RAID level goes on which performance class. Pure: the answer depends only on the arguments. */
@ConsumerType
public interface LayoutPolicy {
    /** Service property naming this policy. */
    String POLICY_NAME = "policy.name";

    /**
     * The pools a member should have.
     *
     * @param performanceClasses classes from fastest to slowest; never empty
     * @param levels plugged-in RAID levels
     * @param devices usable devices
     */
    List<Pool> pools(List<String> performanceClasses, List<String> levels, int devices);

    /**
     * One pool wanted.
     *
     * @param name pool name
     * @param level RAID level
     * @param performanceClass class of the regions it is laid on
     */
    record Pool(String name, String level, String performanceClass) {}
}
