package io.zurau.tests.simulation;

import io.zurau.protocol.TopicPartition;
import io.zurau.runtime.Seams;
import io.zurau.tests.simulation.TransactionLedger.Outcome;
import io.zurau.tests.simulation.TransactionalProducer.Anew;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Writes one transaction after the other, each a record to some partitions.
final class TransactionalWriter implements Actor {
    private static final int MOST_TRIES = 60;

    private final String name;
    private final Seams seams;
    private final TransactionalProducer producer;
    private final String topic;
    private final int partitions;
    private final Random dice;
    private final TransactionLedger ledger;
    private int number;
    private boolean stopped;

    /// @param name its transactional id
    TransactionalWriter(
            String name,
            Seams seams,
            TransactionalProducer producer,
            String topic,
            int partitions,
            Random dice,
            TransactionLedger ledger) {
        this.name = name;
        this.seams = seams;
        this.producer = producer;
        this.topic = topic;
        this.partitions = partitions;
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
            try {
                transaction();
            } catch (IOException | Anew e) {
                producer.forget();
                Actor.pause(seams.clock(), TransactionalProducer.RETRY_NANOS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts an actor.", e);
            }
        }
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
        ledger.begins(transaction, chosen.size());
        producer.add(topic, chosen);
        for (int partition : chosen) {
            producer.produce(new TopicPartition(topic, partition), transaction + "/" + partition);
            if (dice.nextInt(3) == 0) {
                producer.repeatSomethingEarlier();
            }
        }
        boolean commits = dice.nextInt(3) > 0;
        if (commits) {
            ledger.becomes(transaction, Outcome.UNKNOWN);
        }
        producer.end(commits);
        if (commits) {
            ledger.becomes(transaction, Outcome.COMMITTED);
        }
        Actor.pause(seams.clock(), dice.nextLong(8 * TransactionalProducer.RETRY_NANOS));
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
}
