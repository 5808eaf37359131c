package org.isobar.iscsi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.isobar.spi.iscsi.LoginPlacement;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Places logins by fixed rules: the first that fits decides, without one the initiator stays. */
@Component(property = LoginPlacement.POLICY_NAME + "=static", configurationPid = "org.isobar.iscsi.placement")
@Designate(ocd = StaticLoginPlacement.Config.class)
public final class StaticLoginPlacement implements LoginPlacement {
    /** Settings. */
    @ObjectClassDefinition(name = "Static login placement")
    public @interface Config {
        @AttributeDefinition(
                name = "Rules",
                description =
                        "INITIATOR TARGET HOST:PORT[,permanent], or INITIATOR TARGET stay; rules apart by semicolons;"
                                + " names may hold * and ?; the first rule that fits decides")
        String rules() default "";
    }

    private record Rule(Pattern initiator, Pattern target, Placement placement) {}

    private final List<Rule> rules = new ArrayList<>();

    @Activate
    public StaticLoginPlacement(final Config config) {
        this(config.rules());
    }

    StaticLoginPlacement(final String text) {
        for (final String rule : text.split(";", -1)) {
            if (!rule.isBlank()) {
                rules.add(parse(rule.strip()));
            }
        }
    }

    @Override
    public Placement place(final Picture picture) {
        for (final Rule rule : rules) {
            if (rule.initiator().matcher(picture.initiatorName()).matches()
                    && rule.target().matcher(picture.targetName()).matches()) {
                return rule.placement();
            }
        }
        return Placement.STAY;
    }

    private static Rule parse(final String rule) {
        final String permanent = ",permanent";
        final String[] words = rule.split("\\s+", -1);
        final String place = words.length == 3 ? words[2] : "";
        if (place.equals("stay")) {
            return new Rule(glob(words[0]), glob(words[1]), Placement.STAY);
        }
        final boolean moved = place.endsWith(permanent);
        final String address = moved ? place.substring(0, place.length() - permanent.length()) : place;
        if (!LoginPlacements.isAddress(address)) {
            throw new IllegalArgumentException(
                    "rules: must be INITIATOR TARGET HOST:PORT[,permanent] or INITIATOR TARGET stay, is " + rule);
        }
        return new Rule(glob(words[0]), glob(words[1]), new Placement(address, moved));
    }

    private static Pattern glob(final String text) {
        final StringBuilder pattern = new StringBuilder();
        for (final char each : text.toLowerCase(Locale.ROOT).toCharArray()) {
            switch (each) {
                case '*' -> pattern.append(".*");
                case '?' -> pattern.append('.');
                default -> pattern.append(Pattern.quote(String.valueOf(each)));
            }
        }
        return Pattern.compile(pattern.toString());
    }
}
