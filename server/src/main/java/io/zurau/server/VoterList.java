package io.zurau.server;

import io.zurau.quorum.Voter;
import io.zurau.runtime.settings.InvalidSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How voters are written: `ID@HOST:PORT`, separated by commas.
final class VoterList {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})@(\\[[^]]*]|[^:@]+):(\\d{1,5})");
    private static final int LARGEST_PORT = 65_535;

    private VoterList() {}

    /// @param key of the setting, for messages
    static List<Voter> parse(String key, Iterable<String> items) {
        List<Voter> voters = new ArrayList<>();
        Set<Integer> ids = new TreeSet<>();
        for (String item : items) {
            Voter voter = parse(key, item);
            if (!ids.add(voter.nodeId())) {
                throw new InvalidSetting(
                        key, "%s names node %d twice.".formatted(key, voter.nodeId()));
            }
            voters.add(voter);
        }
        return voters;
    }

    private static Voter parse(String key, String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LARGEST_PORT) {
            throw new InvalidSetting(
                    key, "%s has \"%s\", but must be a list of ID@HOST:PORT.".formatted(key, text));
        }
        return new Voter(
                Integer.parseInt(matcher.group(1)),
                matcher.group(2).replace("[", "").replace("]", ""),
                Integer.parseInt(matcher.group(3)));
    }
}
