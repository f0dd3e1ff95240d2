package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.consumer.ConsumerGroup;
import io.zurau.coordinator.group.consumer.ConsumerMember;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.ConsumerGroupHeartbeatRequest;
import io.zurau.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Members with pauses, lost requests, lost answers and repeated requests, topics that grow and
/// shards that are loaded again: a partition is never used by two members whose sessions both go
/// on.
final class OwnershipTest {
    private static final int SEEDS = 60;
    private static final int STEPS = 150;
    private static final int CLIENTS = 4;
    private static final Uuid TOPIC = new Uuid(0, 1);

    /// A consumer: it uses what it was told to use until it has heard that it shall not.
    private static final class Consumer {
        private final String id;
        private final @Nullable String instance;
        private int epoch;
        private TreeSet<Integer> uses = new TreeSet<>();
        private @Nullable ConsumerGroupHeartbeatRequest last;

        Consumer(String id, @Nullable String instance) {
            this.id = id;
            this.instance = instance;
        }

        ConsumerGroupHeartbeatRequest request(int saidEpoch) {
            return ConsumerGroupHeartbeatRequest.builder()
                    .groupId(GroupScript.GROUP)
                    .memberId(id)
                    .instanceId(instance)
                    .memberEpoch(saidEpoch)
                    .rebalanceTimeoutMs(20_000)
                    .subscribedTopicNames(List.of("orders"))
                    .topicPartitions(ConsumerScript.owned(1, uses.toArray(Integer[]::new)))
                    .build();
        }

        void hears(ConsumerGroupHeartbeatResponse answer) {
            if (answer.errorCode() != 0) {
                ErrorCode code = ErrorCode.forCode(answer.errorCode());
                if (code != ErrorCode.UNRELEASED_INSTANCE_ID) {
                    epoch = 0; // Out: it begins anew, with nothing.
                    uses = new TreeSet<>();
                }
                return;
            }
            epoch = Math.max(answer.memberEpoch(), 0);
            var assignment = answer.assignment();
            if (assignment != null) {
                uses = new TreeSet<>();
                assignment.topicPartitions().forEach(one -> uses.addAll(one.partitions()));
            }
            if (answer.memberEpoch() < 0) {
                uses = new TreeSet<>();
            }
        }
    }

    @Test
    void noPartitionIsUsedByTwoMembers() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(new Random(seed));
            try {
                run.play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Seed " + seed + ":\n" + run.script.text(), e);
            }
        }
    }

    private static final class Run {
        private final Random random;
        private final List<Consumer> consumers = new ArrayList<>();
        private ConsumerScript script = new ConsumerScript();
        private int partitions = 3;

        Run(Random random) {
            this.random = random;
            script.topic(1, "orders", partitions);
            for (int i = 0; i < CLIENTS; i++) {
                consumers.add(new Consumer("C" + i, random.nextInt(3) == 0 ? "i" + i : null));
            }
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                act();
                check();
            }
            for (int round = 0; round < 30; round++) { // Longer than a session.
                consumers.forEach(one -> beat(one, true));
                script.script().pass(3_000);
                check();
            }
            ConsumerGroup group =
                    Objects.requireNonNull(
                            script.script().machine().groups().consumer(GroupScript.GROUP));
            assertThat(group.stateName()).isEqualTo("Stable");
            TreeSet<Integer> used = new TreeSet<>();
            consumers.forEach(one -> used.addAll(one.uses));
            assertThat(used).hasSize(partitions);
        }

        private void act() {
            Consumer consumer = consumers.get(random.nextInt(CLIENTS));
            switch (random.nextInt(20)) {
                case 0 -> script.script().pass(46_000); // Nobody says anything.
                case 1, 2 -> script.script().pass(random.nextInt(20_000));
                case 3 -> {
                    partitions += partitions < 9 ? 1 : 0;
                    script.partitions(1, partitions - 1, partitions);
                }
                case 4 -> script = script.reloaded();
                case 5, 6 -> beat(consumer, false); // The answer is lost.
                case 7 -> repeat(consumer);
                case 8 -> leave(consumer);
                default -> beat(consumer, true);
            }
        }

        private void beat(Consumer consumer, boolean answerArrives) {
            if (consumer.epoch == 0) {
                consumer.uses = new TreeSet<>();
            }
            consumer.last = consumer.request(consumer.epoch);
            send(consumer, consumer.last, answerArrives);
        }

        private void send(
                Consumer consumer, ConsumerGroupHeartbeatRequest request, boolean answerArrives) {
            ConsumerGroupHeartbeatResponse answer =
                    script.send(
                            "%s says %d, uses %s%s"
                                    .formatted(
                                            consumer.id,
                                            request.memberEpoch(),
                                            consumer.uses,
                                            answerArrives ? "" : ", hears nothing"),
                            request);
            if (answerArrives) {
                consumer.hears(answer);
            }
        }

        private void repeat(Consumer consumer) {
            if (consumer.last != null && consumer.last.memberEpoch() == consumer.epoch) {
                send(consumer, consumer.request(consumer.epoch), true);
            }
        }

        private void leave(Consumer consumer) {
            if (consumer.epoch > 0) {
                int how = consumer.instance != null && random.nextBoolean() ? -2 : -1;
                consumer.uses = new TreeSet<>(); // It has stopped before it says so.
                send(consumer, consumer.request(how), true);
                consumer.epoch = 0;
            }
        }

        private void check() {
            ConsumerGroup live = script.script().machine().groups().consumer(GroupScript.GROUP);
            if (live == null) {
                return;
            }
            Map<Integer, String> holders = new TreeMap<>();
            for (ConsumerMember member : live.members()) {
                for (Consumer consumer : consumers) {
                    // Who was fenced without knowing it is no member in the group's terms.
                    boolean knows =
                            consumer.id.equals(member.id())
                                    && (consumer.epoch == member.epoch()
                                            || consumer.epoch == member.progress().previousEpoch());
                    if (knows) {
                        for (int partition : consumer.uses) {
                            assertThat(holders.put(partition, consumer.id)).isNull();
                        }
                    }
                }
            }
            replayed(live);
        }

        /// What is loaded from the log is what memory knows.
        private void replayed(ConsumerGroup live) {
            Groups groups = new Groups();
            script.script().log().forEach(groups::replay);
            ConsumerGroup loaded = Objects.requireNonNull(groups.consumer(GroupScript.GROUP));
            assertThat(loaded.members()).containsExactlyElementsOf(live.members());
            assertThat(loaded.epoch()).isEqualTo(live.epoch());
            assertThat(loaded.stateName()).isEqualTo(live.stateName());
            for (ConsumerMember member : live.members()) {
                assertThat(loaded.target(member.id())).isEqualTo(live.target(member.id()));
                for (int partition = 0; partition < partitions; partition++) {
                    assertThat(member.progress().holds(TOPIC, partition))
                            .isEqualTo(member.id().equals(live.holder(TOPIC, partition)));
                }
            }
        }
    }
}
