package io.zurau.coordinator.group.consumer;

import io.zurau.coordinator.Turn;
import io.zurau.coordinator.group.assignor.Assignor;
import io.zurau.coordinator.group.assignor.Subscriber;
import io.zurau.coordinator.group.assignor.Supply;
import io.zurau.coordinator.group.config.ConsumerGroupConfig;
import io.zurau.coordinator.group.kind.Assignment;
import io.zurau.coordinator.group.kind.AssignmentPace;
import io.zurau.coordinator.group.kind.GroupTimer;
import io.zurau.coordinator.group.kind.StoredRecord;
import io.zurau.coordinator.group.kind.Topics;
import io.zurau.metadata.image.PartitionImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices that members or topics have changed, and makes target assignments.
final class Assigning {
    private static final Logger LOG = LoggerFactory.getLogger(Assigning.class);

    /// What a member holds while partitions change hands is at most its old target and its new one,
    /// with epochs: that must fit into one record as well.
    private static final int RECORDS_PER_TARGET = 4;

    private Assigning() {}

    /// Raises the group's epoch if it has to be, or if its topics have changed.
    static void follow(ConsumerGroup group, boolean changed, Topics topics, Turn<GroupTimer> turn) {
        if (!changed && group.hasSeen(topics.all())) {
            return;
        }
        long hash = topics.hash(group.subscribedTopics());
        if (changed || hash != group.metadataHash()) {
            group.write(ConsumerRecords.epoch(group.groupId(), group.epoch() + 1, hash), turn);
        }
        group.seen(topics.all());
        if (group.hasOldTopicsRecord()) {
            group.write(ConsumerRecords.topicsRemoved(group.groupId()), turn);
        }
    }

    /// Makes a new target assignment if the last is of an earlier epoch, and not too young.
    static void assign(
            ConsumerGroup group, ConsumerGroupConfig config, Topics topics, Turn<GroupTimer> turn) {
        if (group.assignmentEpoch() >= group.epoch()
                || !AssignmentPace.isDue(
                        group.assignmentMs(), config.assignmentIntervalMs(), turn)) {
            return;
        }
        String name = group.assignorOr(config.assignors().getFirst());
        Assignor assignor =
                Assignor.named(name)
                        .or(() -> Assignor.named(config.assignors().getFirst()))
                        .orElseThrow();
        Map<String, Assignment> targets =
                assignor.assign(new Assignor.Demand(subscribers(group, topics), supply(topics)));
        List<StoredRecord> records = new ArrayList<>();
        for (ConsumerMember member : group.members()) {
            Assignment target = targets.getOrDefault(member.id(), Assignment.NONE);
            if (!group.hasTarget(member.id(), target)) {
                StoredRecord record = ConsumerRecords.target(group.groupId(), member.id(), target);
                if (record.toRecord().sizeInBytes() > turn.largestRecord() / RECORDS_PER_TARGET) {
                    LOG.atWarn()
                            .addKeyValue("group", group.groupId())
                            .addKeyValue("partitions", target.size())
                            .log("An assignment is too large to be stored; the last one remains");
                    return;
                }
                records.add(record);
            }
        }
        records.forEach(record -> group.write(record, turn));
        group.write(
                ConsumerRecords.assignmentEpoch(group.groupId(), group.epoch(), turn.nowMs()),
                turn);
    }

    private static NavigableMap<String, Subscriber> subscribers(
            ConsumerGroup group, Topics topics) {
        NavigableMap<String, Subscriber> subscribers = new TreeMap<>();
        for (ConsumerMember member : group.members()) {
            NavigableSet<Uuid> ids = new TreeSet<>();
            group.subscribedTopics(member.profile())
                    .forEach(name -> topics.named(name).map(TopicImage::id).ifPresent(ids::add));
            subscribers.put(
                    member.id(),
                    new Subscriber(
                            member.profile().instanceId(),
                            member.profile().rackId(),
                            ids,
                            group.target(member.id())));
        }
        return subscribers;
    }

    private static Supply supply(Topics topics) {
        return new Supply() {
            @Override
            public int partitions(Uuid topic) {
                return topics.withId(topic).orElseThrow().partitions().size();
            }

            @Override
            public List<String> racks(Uuid topic, int partition) {
                PartitionImage image =
                        topics.withId(topic).orElseThrow().partitions().get(partition);
                return topics.racks(image);
            }
        };
    }
}
