package io.zurau.tests.simulation;

import io.zurau.client.ClientFailure;
import io.zurau.client.ConsumedRecord;
import io.zurau.client.Consumer;
import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import io.zurau.tests.simulation.TransactionalProducer.Anew;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Copies committed records to the same partition of other topics, some in one transaction, with
/// the offsets up to which it has read. Several with the same transactional id fence each other:
/// only the one that came last goes on.
final class Copier implements Actor {
    static final String TRANSACTIONAL_ID = "copier";
    private static final String GROUP = "copiers";
    private static final Duration POLL = Duration.ofMillis(300);
    private static final long LONGEST_REST_NANOS = 3_000_000_000L;
    private static final int MOST_RECORDS = 20;

    private final Seams seams;
    private final Map<String, String> settings;
    private final TransactionalProducer producer;
    private final String from;
    private final List<String> to;
    private final List<TopicPartition> sources;
    private final Random dice;
    private final Copies copies;
    private boolean stopped;

    /// @param settings of a client that reads committed data
    Copier(
            Seams seams,
            Map<String, String> settings,
            TransactionalProducer producer,
            String from,
            List<String> to,
            int partitions,
            Random dice,
            Copies copies) {
        this.seams = seams;
        this.settings = settings;
        this.producer = producer;
        this.from = from;
        this.to = to;
        this.sources =
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartition(from, number))
                        .toList();
        this.dice = dice;
        this.copies = copies;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try (Consumer consumer = Consumer.of(settings, seams)) {
                consumer.assign(sources);
                producer.initialize();
                goOn(consumer);
                while (!stopped) {
                    copy(consumer);
                }
            } catch (IOException | Anew | ClientFailure e) {
                producer.forget();
                Actor.pause(seams.clock(), dice.nextLong(LONGEST_REST_NANOS));
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
        }
        TransactionalWriter.endWhatIsOpen(TRANSACTIONAL_ID, producer, seams);
    }

    /// Where the last committed transaction ended.
    private void goOn(Consumer consumer) throws IOException, InterruptedException, Anew {
        producer.committed(GROUP, from, sources.stream().map(TopicPartition::partition).toList())
                .forEach(
                        (partition, offset) ->
                                consumer.seek(
                                        new TopicPartition(from, partition), Math.max(0, offset)));
    }

    private void copy(Consumer consumer) throws IOException, InterruptedException, Anew {
        List<ConsumedRecord> records =
                consumer.poll(POLL).stream().limit(1 + dice.nextInt(MOST_RECORDS)).toList();
        if (records.isEmpty()) {
            return;
        }
        Map<Integer, Long> offsets = new TreeMap<>();
        records.forEach(record -> offsets.put(record.partition(), record.offset() + 1));
        for (String topic : to) {
            producer.add(topic, List.copyOf(offsets.keySet()));
        }
        for (ConsumedRecord record : records) {
            for (String topic : to) {
                producer.produce(
                        new TopicPartition(topic, record.partition()),
                        CommittedReader.text(record));
            }
            if (dice.nextInt(5) == 0) {
                producer.repeatSomethingEarlier();
            }
        }
        producer.commitOffsets(GROUP, from, offsets);
        boolean commits = dice.nextInt(4) > 0;
        producer.end(commits);
        if (commits) {
            copies.committed(records.size());
        }
        goOn(consumer); // Of what was polled, some was left out; of what was aborted, all.
    }
}
