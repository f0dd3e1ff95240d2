package io.zurau.tests.simulation;

import io.zurau.client.ClientFailure;
import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import io.zurau.tests.simulation.TransactionalProducer.Anew;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Writes one transaction after the other, each a record to some partitions, and reads meanwhile
/// what is committed there.
final class TransactionalWriter implements Actor {
    private static final int MOST_TRIES = 60;
    private static final Duration LOOK = Duration.ofMillis(50);

    private final String name;
    private final Seams seams;
    private final TransactionalProducer producer;
    private final String topic;
    private final int partitions;
    private final Random dice;
    private final Map<String, String> settings;
    private final History history;
    private @Nullable Consumer consumer;
    private final List<String> failures = new ArrayList<>();
    private int sessions;
    private int number;
    private boolean stopped;

    /// @param name its transactional id
    /// @param settings of a client that reads committed data
    TransactionalWriter(
            String name,
            Seams seams,
            TransactionalProducer producer,
            String topic,
            int partitions,
            Random dice,
            Map<String, String> settings,
            History history) {
        this.name = name;
        this.seams = seams;
        this.producer = producer;
        this.topic = topic;
        this.partitions = partitions;
        this.dice = dice;
        this.settings = settings;
        this.history = history;
    }

    /// Why transactions ended before their writer wanted.
    List<String> failures() {
        return failures;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                transaction();
            } catch (IOException | Anew e) {
                failures.add(String.valueOf(e.getMessage()));
                producer.forget();
                Actor.pause(seams.clock(), TransactionalProducer.RETRY_NANOS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
        }
        closeConsumer();
        endWhatIsOpen(name, producer, seams);
    }

    /// Whoever takes the id over aborts what is open.
    static void endWhatIsOpen(String name, TransactionalProducer producer, Seams seams) {
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                producer.initialize();
                return;
            } catch (IOException | Anew e) {
                Actor.pause(seams.clock(), 10 * TransactionalProducer.RETRY_NANOS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
        }
        throw new BrokenPromise(
                Invariant.RECOVERS, "Nobody can take over the transactional id " + name + ".");
    }

    private void transaction() throws IOException, InterruptedException, Anew {
        if (!producer.isInitialized()) {
            producer.initialize();
        }
        String transaction = name + "-" + number++;
        List<Integer> chosen = chosen();
        history.begins(transaction);
        producer.add(topic, chosen);
        for (int partition : chosen) {
            String value = transaction + "/" + partition;
            TopicPartition place = new TopicPartition(topic, partition);
            long offset = History.UNKNOWN_OFFSET;
            try {
                offset = producer.produce(place, value);
            } finally {
                history.sent(name, transaction, partition, value, offset);
            }
            if (dice.nextInt(3) == 0) {
                producer.repeatSomethingEarlier();
            }
            if (dice.nextInt(4) == 0) {
                look();
            }
        }
        boolean commits = dice.nextInt(3) > 0;
        if (commits) {
            history.asksToCommit(transaction);
        }
        producer.end(commits);
        if (commits) {
            history.committed(transaction);
        }
        if (dice.nextBoolean()) { // Else the markers may still be on their way.
            Actor.pause(seams.clock(), dice.nextLong(16 * TransactionalProducer.RETRY_NANOS));
        }
    }

    private List<Integer> chosen() {
        List<Integer> chosen = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            if (dice.nextBoolean()) {
                chosen.add(partition);
            }
        }
        return chosen.isEmpty() ? List.of(dice.nextInt(partitions)) : chosen;
    }

    /// Nothing of the transaction that is open may be among what is committed.
    private void look() {
        try {
            if (consumer == null) {
                consumer = Consumer.of(settings, seams);
                sessions++;
                List<TopicPartition> all =
                        IntStream.range(0, partitions)
                                .mapToObj(number -> new TopicPartition(topic, number))
                                .toList();
                consumer.assign(all);
                consumer.seekToBeginning(all);
            }
            for (ConsumedRecord record : consumer.poll(LOOK)) {
                Place place = new Place(record.partition(), record.offset());
                history.polled(name, sessions, place, CommittedReader.text(record));
            }
        } catch (ClientFailure e) {
            closeConsumer();
        }
    }

    private void closeConsumer() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}
