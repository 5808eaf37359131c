package org.isobar.device.smart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import org.isobar.api.device.SmartInfo;

/** Reads the answer of {@code smartctl --json --all}, of ATA, NVMe and SCSI devices. */
final class SmartAnswer {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final long UNKNOWN = -1;

    private static final int REALLOCATED_SECTORS = 5;
    private static final int PENDING_SECTORS = 197;
    private static final int UNCORRECTABLE_SECTORS = 198;
    /** Left of an SSD's life in percent; makers do not agree on the number. */
    private static final int[] LIFE_LEFT = {231, 202, 177};

    private static final int WHOLE_LIFE = 100;

    private SmartAnswer() {}

    /**
     * What the answer says; an answer without a verdict of the device is none.
     *
     * @param askedMs wall-clock time
     */
    static SmartInfo of(final byte[] json, final long askedMs) {
        final JsonNode root;
        try {
            root = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (final JsonProcessingException e) {
            return SmartInfo.unavailable("the answer is no JSON: " + e.getOriginalMessage());
        }
        final JsonNode passed = root.path("smart_status").path("passed");
        if (!passed.isBoolean()) {
            return SmartInfo.unavailable(complaint(root));
        }
        return new SmartInfo(
                true,
                "",
                passed.booleanValue(),
                number(root.path("temperature").path("current")),
                first(attribute(root, REALLOCATED_SECTORS), number(root.path("scsi_grown_defect_list"))),
                attribute(root, PENDING_SECTORS),
                first(
                        number(nvme(root).path("media_errors")),
                        attribute(root, UNCORRECTABLE_SECTORS),
                        number(root.path("scsi_error_counter_log").path("read").path("total_uncorrected_errors"))),
                first(
                        number(nvme(root).path("percentage_used")),
                        number(root.path("scsi_percentage_used_endurance_indicator")),
                        lifeUsed(root)),
                askedMs);
    }

    private static String complaint(final JsonNode root) {
        for (final JsonNode message : root.path("smartctl").path("messages")) {
            if (message.path("string").isTextual()) {
                return message.path("string").textValue();
            }
        }
        return "the device tells no SMART status";
    }

    private static JsonNode nvme(final JsonNode root) {
        return root.path("nvme_smart_health_information_log");
    }

    private static long attribute(final JsonNode root, final int id) {
        final JsonNode found = find(root, id);
        // The raw value may have more than one number in it; the first is the count.
        final String text = found.path("raw").path("string").asText("").split(" ", 2)[0];
        return text.matches("[0-9]{1,18}")
                ? Long.parseLong(text)
                : number(found.path("raw").path("value"));
    }

    private static JsonNode find(final JsonNode root, final int id) {
        for (final JsonNode row : root.path("ata_smart_attributes").path("table")) {
            if (row.path("id").asInt(0) == id) {
                return row;
            }
        }
        return MissingNode.getInstance();
    }

    private static long lifeUsed(final JsonNode root) {
        for (final int id : LIFE_LEFT) {
            final long left = number(find(root, id).path("value"));
            if (left >= 0 && left <= WHOLE_LIFE) {
                return WHOLE_LIFE - left;
            }
        }
        return UNKNOWN;
    }

    private static long number(final JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : UNKNOWN;
    }

    private static long first(final long... values) {
        for (final long value : values) {
            if (value != UNKNOWN) {
                return value;
            }
        }
        return UNKNOWN;
    }
}
