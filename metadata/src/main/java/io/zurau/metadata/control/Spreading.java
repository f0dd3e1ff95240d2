package io.zurau.metadata.control;

import io.zurau.metadata.image.BrokerImage;
import io.zurau.metadata.image.PartitionImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Spreads the partitions of one topic over brokers, so that each leads and holds about as many.
///
/// The brokers stand in a ring in which neighbours are of different racks. A leader is the next in
/// the ring that leads least. Each follower is of the rack that the partition has least of, is
/// active if that rack has an active one left, and then holds least; of equals, the nearest behind
/// the leader, one further each time the same broker leads, so that a broker's leaderships do not
/// all fall to one other when it stops. Brokers that have no rack count as one rack, as in Kafka.
///
/// Differs from Kafka: nothing is left to chance, and leaders are even over brokers also where
/// racks are of different sizes.
///
/// **Owner:** the thread that decides.
final class Spreading {
    private final List<Place> ring = new ArrayList<>();
    private final int start;
    private int placed;

    /// A broker, and what it has of this topic.
    private static final class Place {
        final BrokerImage broker;
        final String rack;
        int at; // In the ring.
        int leads;
        int holds;

        Place(BrokerImage broker) {
            this.broker = broker;
            this.rack = rack(broker);
        }
    }

    /// @param start where to begin in the ring: varies, so that small topics do not all begin with
    ///   the same broker
    /// @param present the partitions that the topic already has
    Spreading(Collection<BrokerImage> brokers, int start, List<PartitionImage> present) {
        Map<String, List<BrokerImage>> racks = new TreeMap<>();
        brokers.forEach(b -> racks.computeIfAbsent(rack(b), _ -> new ArrayList<>()).add(b));
        for (int depth = 0; ring.size() < brokers.size(); depth++) {
            for (List<BrokerImage> rack : racks.values()) {
                if (depth < rack.size()) {
                    ring.add(new Place(rack.get(depth)));
                }
            }
        }
        for (int at = 0; at < ring.size(); at++) {
            ring.get(at).at = at;
        }
        this.start = start;
        count(present);
    }

    private static String rack(BrokerImage broker) {
        return broker.rack() == null ? "" : "rack " + broker.rack();
    }

    private void count(List<PartitionImage> present) {
        for (Place place : ring) {
            int nodeId = place.broker.nodeId();
            for (PartitionImage partition : present) {
                place.leads += partition.preferredLeader() == nodeId ? 1 : 0;
                place.holds += partition.replicas().contains(nodeId) ? 1 : 0;
            }
        }
    }

    /// The replicas of the next partition, its preferred leader first.
    ///
    /// @param replicationFactor at most as many as there are brokers, of which one is active
    List<Integer> next(int replicationFactor) {
        List<Place> chosen = new ArrayList<>(replicationFactor);
        Place leader = leader();
        chosen.add(leader);
        int shift = leader.leads + start / ring.size();
        while (chosen.size() < replicationFactor) {
            chosen.add(follower(chosen, leader.at + 1 + shift % Math.max(1, ring.size() - 1)));
        }
        leader.leads++;
        chosen.forEach(place -> place.holds++);
        placed++;
        return chosen.stream().map(place -> place.broker.nodeId()).toList();
    }

    private Place leader() {
        int from = start + placed;
        return ring.stream()
                .filter(place -> place.broker.isActive())
                .min(
                        Comparator.<Place>comparingInt(place -> place.leads)
                                .thenComparingInt(place -> distance(from, place)))
                .orElseThrow();
    }

    private Place follower(List<Place> chosen, int from) {
        return ring.stream()
                .filter(place -> !chosen.contains(place))
                .min(
                        Comparator.<Place>comparingLong(place -> ofRack(place.rack, chosen))
                                .thenComparing(place -> !place.broker.isActive())
                                .thenComparingInt(place -> place.holds)
                                .thenComparingInt(place -> distance(from, place)))
                .orElseThrow();
    }

    private static long ofRack(String rack, List<Place> chosen) {
        return chosen.stream().filter(place -> place.rack.equals(rack)).count();
    }

    private int distance(int from, Place to) {
        return Math.floorMod(to.at - from, ring.size());
    }
}
