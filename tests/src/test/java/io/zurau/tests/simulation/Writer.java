package io.zurau.tests.simulation;

import io.zurau.client.ClientFailure;
import io.zurau.client.OutgoingRecord;
import io.zurau.client.Producer;
import io.zurau.client.RecordPosition;
import io.zurau.runtime.Seams;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A client that writes numbered records through one idempotent producer after another, until it is
/// told to stop.
///
/// A record whose sending failed is not sent again by the writer, so each is in the log at most
/// once.
final class Writer implements Actor {
    private static final int USUAL_PADDING = 600;
    private static final int LARGEST_PADDING = 40_000;
    private static final int RECORDS_PER_PRODUCER = 60;

    private final String name;
    private final Seams seams;
    private final Map<String, String> settings;
    private final String topic;
    private final int partitions;
    private final Duration longestPause;
    private final Random dice;
    private final Ledger ledger;
    private boolean stopped;
    private int producers;

    Writer(
            String name,
            Seams seams,
            Map<String, String> settings,
            String topic,
            int partitions,
            Duration longestPause,
            Random dice,
            Ledger ledger) {
        this.name = name;
        this.seams = seams;
        this.settings = settings;
        this.topic = topic;
        this.partitions = partitions;
        this.longestPause = longestPause;
        this.dice = dice;
        this.ledger = ledger;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            producers++;
            try (Producer producer = Producer.of(settings, seams)) {
                write(producer);
            } catch (ClientFailure e) {
                pause(); // The broker is down, or was: a new producer tries again.
            }
        }
    }

    private void write(Producer producer) {
        for (int number = 0; number < RECORDS_PER_PRODUCER && !stopped; number++) {
            int partition = dice.nextInt(partitions);
            String value = name + "." + producers + "-" + number;
            var _ =
                    producer.send(record(partition, value))
                            .whenComplete((position, failure) -> note(value, position));
            if (dice.nextInt(4) == 0) {
                pause();
            }
        }
    }

    private OutgoingRecord record(int partition, String value) {
        boolean large = dice.nextInt(40) == 0;
        byte[] padding = new byte[dice.nextInt(large ? LARGEST_PADDING : USUAL_PADDING)];
        dice.nextBytes(padding);
        return new OutgoingRecord(
                topic,
                partition,
                OutgoingRecord.NOW,
                ByteBuffer.wrap(padding),
                ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)),
                List.of());
    }

    /// An offset of -1 says that the record is stored, but no longer where.
    private void note(String value, @Nullable RecordPosition position) {
        if (position != null && position.offset() >= 0) {
            ledger.acknowledge(value, new Place(position.partition(), position.offset()));
        }
    }

    private void pause() {
        Actor.pause(seams.clock(), dice.nextLong(longestPause.toNanos()));
    }
}
