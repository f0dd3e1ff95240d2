package io.zurau.coordinator.group;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The members of one group, in the order in which they came. Immutable.
final class Members {
    static final Members NONE = new Members(new LinkedHashMap<>());

    private final Map<String, Member> byId;
    private final Map<String, String> idByInstance = new HashMap<>(); // Looked up only.

    private Members(Map<String, Member> byId) {
        this.byId = byId;
        for (Member member : byId.values()) {
            if (member.instanceId() != null) {
                idByInstance.put(member.instanceId(), member.id());
            }
        }
    }

    static Members of(Collection<Member> members) {
        Map<String, Member> byId = new LinkedHashMap<>();
        members.forEach(member -> byId.put(member.id(), member));
        return new Members(byId);
    }

    /// Adds the member, or replaces the one of the same id in its place.
    Members with(Member member) {
        Map<String, Member> changed = new LinkedHashMap<>(byId);
        changed.put(member.id(), member);
        return new Members(changed);
    }

    Members without(Set<String> ids) {
        Map<String, Member> changed = new LinkedHashMap<>(byId);
        changed.keySet().removeAll(ids);
        return new Members(changed);
    }

    Members each(UnaryOperator<Member> change) {
        return of(byId.values().stream().map(change).toList());
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    @Nullable Member find(String id) {
        return byId.get(id);
    }

    /// Of an id that is a member's.
    Member get(String id) {
        Member member = byId.get(id);
        if (member == null) {
            throw new IllegalStateException("There is no member " + id + ".");
        }
        return member;
    }

    /// The id of the member with that group instance id; null if there is none.
    @Nullable String idOfInstance(String instanceId) {
        return idByInstance.get(instanceId);
    }

    Collection<Member> all() {
        return byId.values();
    }

    Set<String> ids() {
        return byId.keySet();
    }

    int size() {
        return byId.size();
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /// The longest of theirs: how long a rebalance waits for the slowest.
    int rebalanceTimeoutMs() {
        return byId.values().stream().mapToInt(Member::rebalanceTimeoutMs).max().orElse(0);
    }

    /// Whether all members support it.
    boolean support(String protocol) {
        return byId.values().stream().allMatch(member -> member.supports(protocol));
    }

    /// The protocol with the most votes among those that everyone supports; of equals, the one that
    /// was voted for first.
    String selectProtocol() {
        Set<String> candidates = new LinkedHashSet<>();
        Member first = byId.values().iterator().next();
        for (Member.Protocol protocol : first.protocols()) {
            if (support(protocol.name())) {
                candidates.add(protocol.name());
            }
        }
        Map<String, Integer> votes = new LinkedHashMap<>();
        byId.values().forEach(member -> votes.merge(member.vote(candidates), 1, Integer::sum));
        String winner = "";
        int most = 0;
        for (Map.Entry<String, Integer> entry : votes.entrySet()) {
            if (entry.getValue() > most) {
                winner = entry.getKey();
                most = entry.getValue();
            }
        }
        return winner;
    }
}
