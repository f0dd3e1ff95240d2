package io.zurau.coordinator.group.consumer;

import io.zurau.protocol.Uuid;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The members of a group by what they say and what they hold, so that nobody has to ask them all.
///
/// **Guard:** the thread of the shard.
final class MemberIndex {
    private final Map<String, String> idByInstance = new HashMap<>(); // Looked up only.
    private final Counts topics = new Counts(); // Subscribed to by name.
    private final Counts regexes = new Counts(); // Subscribed to.
    private final Counts assignors = new Counts();
    private final Counts classicProtocols = new Counts();
    private final Map<Uuid, Map<Integer, String>> holders = new HashMap<>(); // Looked up only.
    private int classicMembers;

    /// A member changes, comes or goes.
    ///
    /// @param before null if it comes
    /// @param now null if it goes
    void replace(@Nullable ConsumerMember before, @Nullable ConsumerMember now) {
        if (before != null) {
            forget(before);
        }
        if (now != null) {
            add(now);
        }
    }

    private void add(ConsumerMember member) {
        Profile profile = member.profile();
        topics.add(profile.topics());
        regexes.add(orNone(profile.regex()));
        assignors.add(orNone(profile.assignor()));
        classicProtocols.add(protocols(profile));
        classicMembers += profile.isClassic() ? 1 : 0;
        if (profile.instanceId() != null) {
            idByInstance.put(profile.instanceId(), member.id());
        }
        hold(member.progress().assigned(), member.id());
        hold(member.progress().revoking(), member.id());
    }

    private void forget(ConsumerMember member) {
        Profile profile = member.profile();
        topics.remove(profile.topics());
        regexes.remove(orNone(profile.regex()));
        assignors.remove(orNone(profile.assignor()));
        classicProtocols.remove(protocols(profile));
        classicMembers -= profile.isClassic() ? 1 : 0;
        if (profile.instanceId() != null) {
            idByInstance.remove(profile.instanceId(), member.id());
        }
        release(member.progress().assigned(), member.id());
        release(member.progress().revoking(), member.id());
    }

    private static Set<String> orNone(@Nullable String word) {
        return word == null || word.isEmpty() ? Set.of() : Set.of(word);
    }

    private static Set<String> protocols(Profile profile) {
        Set<String> names = new TreeSet<>();
        if (profile.classic() != null) {
            profile.classic().protocols().forEach(one -> names.add(one.name()));
        }
        return names;
    }

    private void hold(Owned owned, String memberId) {
        owned.epochs()
                .forEach(
                        (topic, partitions) -> {
                            Map<Integer, String> ofTopic =
                                    holders.computeIfAbsent(topic, id -> new HashMap<>());
                            partitions
                                    .keySet()
                                    .forEach(partition -> ofTopic.put(partition, memberId));
                        });
    }

    private void release(Owned owned, String memberId) {
        owned.epochs()
                .forEach(
                        (topic, partitions) -> {
                            Map<Integer, String> ofTopic = holders.get(topic);
                            if (ofTopic == null) {
                                return;
                            }
                            partitions
                                    .keySet()
                                    .forEach(partition -> ofTopic.remove(partition, memberId));
                            if (ofTopic.isEmpty()) {
                                holders.remove(topic);
                            }
                        });
    }

    /// Who owns or still uses a partition; null if nobody.
    @Nullable String holder(Uuid topic, int partition) {
        Map<Integer, String> ofTopic = holders.get(topic);
        return ofTopic == null ? null : ofTopic.get(partition);
    }

    /// Of the static member of that instance; null if there is none.
    @Nullable String idOf(String instanceId) {
        return idByInstance.get(instanceId);
    }

    Counts topics() {
        return topics;
    }

    Counts regexes() {
        return regexes;
    }

    Counts assignors() {
        return assignors;
    }

    Counts classicProtocols() {
        return classicProtocols;
    }

    int classicMembers() {
        return classicMembers;
    }
}
