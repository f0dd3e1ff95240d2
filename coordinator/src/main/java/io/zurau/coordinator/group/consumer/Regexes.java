package io.zurau.coordinator.group.consumer;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.TopicsImage;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Regular expressions of a group: when they have to be looked up, and what follows from it. They
/// are looked up outside of the shard's thread, which has other groups to serve.
public final class Regexes {
    /// A pattern can be made to cost as much as its length times the length of all topic names.
    /// Kafka has no such bound.
    private static final int LONGEST = 2_048;

    private static final long LARGEST_PROGRAM = 1_000_000;

    /// RE2 allows a thousand times at most; larger numbers are refused by itself.
    private static final Pattern REPETITION =
            Pattern.compile("(\\))?\\{([0-9]{1,4})(?:,([0-9]{0,4}))?\\}");

    /// Not more often, whatever happens, as Kafka.
    private static final long REST_MS = 10_000;

    /// Who was asked that long ago will not answer any more.
    private static final long PATIENCE_MS = 60_000;

    private final Lookup lookup;

    /// Looks regular expressions up.
    @FunctionalInterface
    public interface Lookup {
        /// Returns at once; the answer comes as a command.
        void ask(String groupId, Question question);
    }

    /// @param topics the names that there are
    public record Question(
            NavigableSet<String> regexes,
            NavigableSet<String> topics,
            TopicsImage all,
            long version) {

        /// What each of the regular expressions means; nothing for one that is none.
        public NavigableMap<String, NavigableSet<String>> answer() {
            NavigableMap<String, NavigableSet<String>> answer = new TreeMap<>();
            for (String regex : regexes) {
                NavigableSet<String> names = new TreeSet<>();
                if (isRegex(regex)) {
                    Pattern pattern = Pattern.compile(regex);
                    topics.stream().filter(pattern::matches).forEach(names::add);
                }
                answer.put(regex, names);
            }
            return answer;
        }
    }

    public Regexes(Lookup lookup) {
        this.lookup = lookup;
    }

    /// Whether it can be understood, and is not too long.
    static boolean isRegex(String regex) {
        if (regex.length() > LONGEST || largestProgram(regex) > LARGEST_PROGRAM) {
            return false;
        }
        try {
            var _ = Pattern.compile(regex);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    /// At least as many steps as RE2/J makes of it. Repeated groups in repeated groups multiply,
    /// and RE2/J writes them all out: four of a hundred would take all memory.
    private static long largestProgram(String regex) {
        long groups = 1;
        long single = 1;
        Matcher matcher = REPETITION.matcher(regex);
        while (matcher.find()) {
            String most = matcher.group(3);
            long times = Long.parseLong(most == null || most.isEmpty() ? matcher.group(2) : most);
            if (matcher.group(1) == null) {
                single = Math.max(single, times);
            } else {
                groups = Math.min(groups * Math.max(times, 1), Integer.MAX_VALUE);
            }
        }
        return regex.length() * single * groups;
    }

    /// Has them looked up if they, or the topics, have changed since, or if it is long ago.
    void refresh(
            ConsumerGroup group, ConsumerGroupConfig config, Topics topics, Turn<GroupTimer> turn) {
        long nowMs = turn.nowMs();
        if (group.regexes().isEmpty() || isWithin(PATIENCE_MS, group.resolvingSinceMs(), nowMs)) {
            return;
        }
        ResolvedRegex last =
                group.resolved().isEmpty()
                        ? null
                        : group.resolved().get(group.resolved().firstKey());
        if (last != null && isWithin(REST_MS, last.timestampMs(), nowMs)) {
            return;
        }
        boolean old =
                last == null
                        || !Set.copyOf(group.regexes()).equals(group.resolved().keySet())
                        || !group.lookedUpIn(topics.all())
                        || !isWithin(config.regexRefreshIntervalMs(), last.timestampMs(), nowMs);
        if (old) {
            group.resolvingSince(nowMs);
            Question question =
                    new Question(
                            new TreeSet<>(group.regexes()),
                            topics.names(),
                            topics.all(),
                            topics.version());
            turn.then(() -> lookup.ask(group.groupId(), question));
        }
    }

    /// Not if the clock went back since.
    private static boolean isWithin(long ms, long sinceMs, long nowMs) {
        return sinceMs != Long.MIN_VALUE && sinceMs <= nowMs && nowMs - sinceMs <= ms;
    }

    /// They were looked up.
    public static void resolved(
            ConsumerGroup group,
            Question question,
            Map<String, NavigableSet<String>> answer,
            Topics topics,
            Turn<GroupTimer> turn) {
        group.resolvingSince(Long.MIN_VALUE);
        group.lookedUp(question.all());
        boolean changed = false;
        for (Map.Entry<String, NavigableSet<String>> entry : answer.entrySet()) {
            String regex = entry.getKey();
            StoredRecord record =
                    ConsumerRecords.regex(
                            group.groupId(),
                            regex,
                            new ResolvedRegex(entry.getValue(), question.version(), turn.nowMs()));
            if (group.subscribersOf(regex) == 0 || !turn.fits(record.toRecord())) {
                continue;
            }
            ResolvedRegex before = group.resolved().get(regex);
            changed |=
                    before == null
                            ? !entry.getValue().isEmpty()
                            : !before.topics().equals(entry.getValue());
            group.write(record, turn);
        }
        Assigning.follow(group, changed, topics, turn);
    }
}
