package org.isobar.device.smart;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import org.isobar.api.device.SmartInfo;
import org.junit.Test;

public class SmartAnswerTest {
    @Test
    public void readsAnAtaDisk() {
        final SmartInfo info = of("{'smart_status':{'passed':true},'temperature':{'current':34},"
                + "'ata_smart_attributes':{'table':["
                + "{'id':5,'value':100,'raw':{'value':8,'string':'8'}},"
                + "{'id':194,'value':66,'raw':{'value':21474836514,'string':'34 (Min/Max 20/45)'}},"
                + "{'id':197,'value':100,'raw':{'value':65538,'string':'2 1'}},"
                + "{'id':198,'value':100,'raw':{'value':1,'string':'1'}}]}}");
        assertTrue(info.available());
        assertTrue(info.passed());
        assertEquals(34, info.temperatureC());
        assertEquals(8, info.reallocated());
        assertEquals(2, info.pending());
        assertEquals(1, info.mediaErrors());
        assertEquals(-1, info.percentageUsed());
        assertEquals(77, info.askedMs());
    }

    @Test
    public void readsTheLifeOfAnAtaSsd() {
        final SmartInfo info = of("{'smart_status':{'passed':true},'ata_smart_attributes':{'table':["
                + "{'id':231,'value':93,'raw':{'value':7,'string':'7'}}]}}");
        assertEquals(7, info.percentageUsed());
        assertEquals(-1, info.reallocated());
    }

    @Test
    public void readsAnNvmeDrive() {
        final SmartInfo info = of(
                "{'smart_status':{'passed':false,'nvme':{'value':4}},'temperature':{'current':51},"
                        + "'nvme_smart_health_information_log':{'critical_warning':4,'percentage_used':103,'media_errors':12}}");
        assertTrue(info.available());
        assertFalse(info.passed());
        assertEquals(103, info.percentageUsed());
        assertEquals(12, info.mediaErrors());
        assertEquals(-1, info.pending());
    }

    @Test
    public void readsAScsiDisk() {
        final SmartInfo info = of("{'smart_status':{'passed':true},'scsi_grown_defect_list':3,"
                + "'scsi_percentage_used_endurance_indicator':9,"
                + "'scsi_error_counter_log':{'read':{'total_uncorrected_errors':2}}}");
        assertEquals(3, info.reallocated());
        assertEquals(2, info.mediaErrors());
        assertEquals(9, info.percentageUsed());
    }

    @Test
    public void saysWhatTheProgramComplainsOf() {
        final SmartInfo info = of("{'smartctl':{'messages':[{'string':'/dev/sdx: Permission denied',"
                + "'severity':'error'}],'exit_status':2}}");
        assertFalse(info.available());
        assertEquals("/dev/sdx: Permission denied", info.why());
        assertTrue("not asked is not failing", info.passed());
    }

    @Test
    public void aDeviceWithoutAVerdictHasNone() {
        assertEquals("the device tells no SMART status", of("{}").why());
        assertEquals(
                "the device tells no SMART status",
                of("{'smart_status':{'passed':'yes'}}").why());
        assertEquals("the device tells no SMART status", of("").why());
    }

    @Test
    public void nonsenseIsRefusedOrSkipped() {
        assertTrue(of("smartctl 6.6").why().startsWith("the answer is no JSON"));
        assertTrue(of("{'smart_status'").why().startsWith("the answer is no JSON"));
        final SmartInfo info = of("{'smart_status':{'passed':true},'temperature':{'current':'hot'},"
                + "'ata_smart_attributes':{'table':[{'id':5},{'id':197,'raw':{'string':'-3'}},7]},"
                + "'nvme_smart_health_information_log':{'media_errors':1e400}}");
        assertTrue(info.available());
        assertEquals(-1, info.temperatureC());
        assertEquals(-1, info.reallocated());
        assertEquals(-1, info.pending());
        assertEquals(-1, info.mediaErrors());
    }

    private static SmartInfo of(final String json) {
        return SmartAnswer.of(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 77);
    }
}
