package io.zurau.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.client.Admin;
import io.zurau.client.ClientFailure;
import io.zurau.client.Consumer;
import io.zurau.client.OutgoingRecord;
import io.zurau.client.Producer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.runtime.Tasks;
import io.zurau.simulation.SimMachine;
import io.zurau.simulation.Simulation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A group of consumers reads and commits while the broker's power fails: what was acknowledged as
/// committed is never taken back.
final class GroupsPowerFailureTest {
    private static final int SEEDS = 25;
    private static final int RECORDS = 400;
    private static final String TOPIC = "orders";
    private static final List<TopicPartition> PARTITIONS =
            List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));

    @Test
    void acknowledgedCommitsSurvivePowerFailures() {
        int commits = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            commits += new Scenario(seed).run();
        }
        assertThat(commits).isGreaterThan(SEEDS * 10);
    }

    private static final class Scenario {
        private final Simulation simulation;
        private final Random dice;
        private final SimMachine broker;
        // Exclusive: what was acknowledged as committed.
        private final Map<TopicPartition, Long> committed = new TreeMap<>();
        private int commits;
        private boolean over;

        Scenario(long seed) {
            this.simulation = new Simulation(seed);
            this.dice = simulation.random("scenario");
            this.broker = simulation.machine("broker");
        }

        int run() {
            simulation.run(this::tell);
            return commits;
        }

        private void tell() throws InterruptedException {
            Clock clock = simulation.machine("scenario").seams().clock();
            startBroker();
            Seams seams = simulation.machine("producer").boot();
            seams.tasks().start("producer", () -> produce(seams)).join();
            List<Tasks.Task> members = new ArrayList<>();
            for (String name : List.of("a", "b")) {
                Seams member = simulation.machine(name).boot();
                members.add(member.tasks().start(name, () -> consume(member)));
            }
            for (int i = 0; i < 1 + dice.nextInt(3); i++) {
                clock.sleepUntil(clock.deadline(Duration.ofMillis(dice.nextInt(8_000))));
                if (dice.nextBoolean()) {
                    broker.disk("data").faults().failPowerAtChange(1 + dice.nextInt(20));
                    clock.sleepUntil(clock.deadline(Duration.ofSeconds(2)));
                }
                if (broker.isUp()) {
                    broker.disk("data").faults().heal();
                    broker.failPower();
                }
                startBroker();
                check("auditor-" + i);
            }
            over = true;
            for (Tasks.Task member : members) {
                member.join();
            }
            check("auditor");
        }

        private void startBroker() {
            Seams seams = broker.boot();
            seams.tasks()
                    .start(
                            "start",
                            () -> {
                                var _ =
                                        ZurauServer.start(
                                                ServerConfig.from(brokerSettings()),
                                                seams,
                                                broker::disk);
                            });
        }

        private static Map<String, String> brokerSettings() {
            return Map.of(
                    "listeners", "PLAINTEXT://broker:9092",
                    "log.dirs", "data",
                    "journal.size", "" + (8 << 20),
                    "offsets.topic.num.partitions", "3",
                    "group.initial.rebalance.delay.ms", "100");
        }

        private static Map<String, String> clientSettings() {
            return Map.of(
                    "bootstrap.servers", "broker:9092",
                    "request.timeout.ms", "2000",
                    "socket.connection.setup.timeout.ms", "500");
        }

        private static Map<String, String> consumerSettings() {
            Map<String, String> settings = new TreeMap<>(clientSettings());
            settings.put("group.id", "g");
            settings.put("enable.auto.commit", "false");
            settings.put("auto.offset.reset", "earliest");
            settings.put("max.poll.records", "3");
            settings.put("session.timeout.ms", "6000");
            settings.put("heartbeat.interval.ms", "500");
            return settings;
        }

        private static void produce(Seams seams) {
            Admin.NewTopic topic = new Admin.NewTopic(TOPIC, 2, (short) 1, Map.of());
            try (Admin admin = Admin.of(clientSettings(), seams);
                    Producer producer = Producer.of(clientSettings(), seams)) {
                while (!tryTo(() -> admin.createTopic(topic))) {}
                for (int i = 0; i < RECORDS; i++) {
                    byte[] bytes = ("" + i).getBytes(StandardCharsets.UTF_8);
                    var _ =
                            producer.send(
                                    new OutgoingRecord(
                                            TOPIC, ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes)));
                }
                producer.flush();
            }
        }

        private static boolean tryTo(Runnable request) {
            try {
                request.run();
                return true;
            } catch (ClientFailure e) {
                return false;
            }
        }

        /// Reads a few records at a time and commits them, until the scenario is over.
        private void consume(Seams seams) {
            while (!over) {
                try (Consumer consumer = Consumer.of(consumerSettings(), seams)) {
                    consumer.subscribe(List.of(TOPIC));
                    while (!over) {
                        consumeSome(consumer, seams.clock());
                    }
                } catch (ClientFailure e) {
                    // The broker is down, or the group has moved on: begin anew.
                }
            }
        }

        private void consumeSome(Consumer consumer, Clock clock) {
            if (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
                return;
            }
            Map<TopicPartition, Long> positions = consumer.positions();
            consumer.commit();
            positions.forEach(
                    (partition, position) -> committed.merge(partition, position, Math::max));
            commits++;
            try {
                clock.sleepUntil(clock.deadline(Duration.ofMillis(50)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /// What was acknowledged before is there now, or more.
        private void check(String auditor) throws InterruptedException {
            Map<TopicPartition, Long> before = new TreeMap<>(committed);
            Seams seams = simulation.machine(auditor).boot();
            seams.tasks()
                    .start(
                            auditor,
                            () -> {
                                Map<TopicPartition, Long> now = positions(seams);
                                before.forEach(
                                        (partition, position) ->
                                                assertThat(now.get(partition))
                                                        .as("Seed %d", simulation.seed())
                                                        .isBetween(position, (long) RECORDS));
                            })
                    .join();
        }

        private static Map<TopicPartition, Long> positions(Seams seams) {
            while (true) {
                try (Consumer consumer = Consumer.of(consumerSettings(), seams)) {
                    return consumer.committed(PARTITIONS);
                } catch (ClientFailure e) {
                    // The broker is still starting, or loading.
                }
            }
        }
    }
}
