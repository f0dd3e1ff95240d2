package io.zurau.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.runtime.Clock;
import io.zurau.runtime.Seams;
import io.zurau.simulation.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Deciding, storing and answering, with a machine that adds numbers.
final class ShardsTest {
    private static final int PARTITION = 7;

    private sealed interface Command {
        record Add(int number, Reply<String> reply) implements Command {}

        /// Answered with the next number that is added.
        record Await(Reply<String> reply) implements Command {}

        record Break(Reply<String> reply) implements Command {}

        record AddLater(int number, long delayMs, Reply<String> reply) implements Command {}
    }

    private static final class Adder implements StateMachine<Command, Integer> {
        private final List<Reply<String>> awaiting = new ArrayList<>();
        private int sum;

        @Override
        public void replay(CoordinatorRecord record) {
            sum += record.key().getInt(0);
        }

        @Override
        public void loaded(Turn<Integer> turn) {}

        @Override
        public void decide(Command command, Turn<Integer> turn) {
            switch (command) {
                case Command.Add add -> {
                    turn.mustBeNewest();
                    add(add.number(), turn);
                    turn.answer(add.reply(), "sum " + sum);
                }
                case Command.Await await -> awaiting.add(await.reply());
                case Command.Break broken -> throw new IllegalStateException("Told to break.");
                case Command.AddLater later -> {
                    turn.schedule(later.number(), later.delayMs());
                    turn.answer(later.reply(), "later");
                }
            }
        }

        @Override
        public boolean adds(Command command) {
            return command instanceof Command.Add add && add.number() > 0;
        }

        @Override
        public int size() {
            return sum;
        }

        private void add(int number, Turn<Integer> turn) {
            if (number != 0) {
                turn.append(new CoordinatorRecord(ByteBuffer.allocate(4).putInt(0, number), null));
                sum += number;
            }
            awaiting.forEach(reply -> turn.answer(reply, "added " + number));
            awaiting.clear();
        }

        @Override
        public void timeUp(Integer number, Turn<Integer> turn) {
            if (number < 0) {
                fill(-number, turn);
            } else {
                add(number, turn);
            }
        }

        /// Writes as much as a round takes, and is due again at once.
        private static void fill(int times, Turn<Integer> turn) {
            turn.append(new CoordinatorRecord(ByteBuffer.allocate(600_000), null));
            if (times > 1) {
                turn.schedule(-(times - 1), 0);
            }
        }
    }

    private interface Scenario {
        void run(Shards<Command, Integer> shards, MemoryLog log, Clock clock) throws Exception;
    }

    private static void simulate(Scenario scenario) {
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    Seams seams = simulation.machine("broker").boot();
                    MemoryLog log = new MemoryLog(seams.clock());
                    try (Shards<Command, Integer> shards =
                            new Shards<>("adders", Adder::new, log, seams)) {
                        shards.load(PARTITION);
                        seams.clock().sleepUntil(seams.clock().deadline(Duration.ofMillis(10)));
                        scenario.run(shards, log, seams.clock());
                    }
                });
    }

    /// A coordinator that is cut off from the metadata.
    @Test
    void whatMustBeTheNewestIsNotToldFromAMemoryThatMayBeOld() {
        simulate(
                (shards, log, clock) -> {
                    // Given
                    assertThat(add(shards, 5).await()).isEqualTo("sum 5");
                    assertThat(add(shards, 0).await()).isEqualTo("sum 5");

                    // When
                    log.isReplaced();

                    // Then
                    assertThat(add(shards, 0).await()).isEqualTo("NOT_COORDINATOR");
                });
    }

    @Test
    void nothingIsAddedToWhatIsFullUntilSomethingIsTakenAway() {
        Simulation simulation = new Simulation(1);
        simulation.run(
                () -> {
                    Seams seams = simulation.machine("broker").boot();
                    MemoryLog log = new MemoryLog(seams.clock());
                    try (Shards<Command, Integer> shards =
                            new Shards<>("adders", Adder::new, log, seams, 10)) {
                        // Given: what another shard remembers counts, too
                        shards.load(PARTITION + 1);
                        shards.load(PARTITION);
                        seams.clock().sleepUntil(seams.clock().deadline(Duration.ofMillis(10)));
                        Reply<String> reply = reply();
                        shards.submit(PARTITION + 1, new Command.Add(6, reply), reply).await();
                        assertThat(add(shards, 4).await()).isEqualTo("sum 4");

                        // When
                        String refused = add(shards, 1).await();

                        // Then
                        assertThat(refused).isEqualTo("COORDINATOR_NOT_AVAILABLE");
                        assertThat(add(shards, -1).await()).isEqualTo("sum 3");
                        assertThat(add(shards, 1).await()).isEqualTo("sum 4");
                    }
                });
    }

    private static Reply<String> reply() {
        return new Reply<>(ErrorCode::name);
    }

    private static Pending<String> add(Shards<Command, Integer> shards, int number) {
        Reply<String> reply = reply();
        return shards.submit(PARTITION, new Command.Add(number, reply), reply);
    }

    private static Reply<String> await(Shards<Command, Integer> shards) {
        Reply<String> reply = reply();
        shards.submit(PARTITION, new Command.Await(reply), reply);
        return reply;
    }

    private static void pass(Clock clock, long ms) throws InterruptedException {
        clock.sleepUntil(clock.deadline(Duration.ofMillis(ms)));
    }

    @Test
    void anAnswerWaitsUntilItsRecordsAreStored() {
        simulate(
                (shards, log, clock) -> {
                    // Given
                    log.takes(Duration.ofMillis(100));
                    Reply<String> reply = reply();

                    // When
                    shards.submit(PARTITION, new Command.Add(5, reply), reply);
                    pass(clock, 90);
                    boolean early = reply.isSettled();

                    // Then
                    assertThat(early).isFalse();
                    assertThat(reply.await()).isEqualTo("sum 5");
                    assertThat(log.stored(PARTITION)).hasSize(1);
                });
    }

    @Test
    void whatComesDuringAnAppendSharesTheNext() {
        simulate(
                (shards, log, clock) -> {
                    // Given
                    log.takes(Duration.ofMillis(100));
                    List<Pending<String>> pending = new ArrayList<>();
                    pending.add(add(shards, 1));
                    pass(clock, 10);

                    // When
                    for (int i = 0; i < 500; i++) {
                        pending.add(add(shards, 1));
                    }

                    // Then
                    assertThat(pending.getLast().await()).isEqualTo("sum 501");
                    assertThat(log.appends()).isEqualTo(2);
                });
    }

    @Test
    void aReadIsAnsweredBehindTheWritesBeforeIt() {
        simulate(
                (shards, log, clock) -> {
                    log.takes(Duration.ofMillis(100));
                    Pending<String> write = add(shards, 3);
                    Pending<String> read = add(shards, 0);

                    assertThat(read.await()).isEqualTo("sum 3");
                    assertThat(log.stored(PARTITION)).hasSize(1);
                    assertThat(write.await()).isEqualTo("sum 3");
                });
    }

    @Test
    void aFailedAppendRefusesEveryoneAndForgetsWhatWasNotStored() {
        simulate(
                (shards, log, clock) -> {
                    // Given
                    assertThat(add(shards, 1).await()).isEqualTo("sum 1");
                    Reply<String> waiting = await(shards);
                    assertThat(add(shards, 0).await()).isEqualTo("sum 1");
                    Reply<String> stillWaiting = await(shards);
                    log.refusesWith(ErrorCode.NOT_ENOUGH_REPLICAS, false);

                    // When
                    Pending<String> failed = add(shards, 10);

                    // Then
                    assertThat(failed.await()).isEqualTo("COORDINATOR_NOT_AVAILABLE");
                    assertThat(waiting.await()).isEqualTo("added 0");
                    assertThat(stillWaiting.await()).isEqualTo("COORDINATOR_NOT_AVAILABLE");
                    assertThat(add(shards, 0).await()).isEqualTo("COORDINATOR_LOAD_IN_PROGRESS");

                    // When
                    log.refusesWith(ErrorCode.NONE, false);
                    pass(clock, 1_000);

                    // Then
                    assertThat(add(shards, 0).await()).isEqualTo("sum 1");
                });
    }

    @Test
    void anAppendThatFailedButWasStoredIsRemembered() {
        simulate(
                (shards, log, clock) -> {
                    log.refusesWith(ErrorCode.REQUEST_TIMED_OUT, true);
                    assertThat(add(shards, 10).await()).isEqualTo("COORDINATOR_NOT_AVAILABLE");
                    log.refusesWith(ErrorCode.NONE, false);
                    pass(clock, 1_000);

                    assertThat(add(shards, 1).await()).isEqualTo("sum 11");
                });
    }

    @Test
    void aMachineThatBreaksIsLoadedAgain() {
        simulate(
                (shards, log, clock) -> {
                    assertThat(add(shards, 4).await()).isEqualTo("sum 4");
                    Reply<String> broken = reply();
                    shards.submit(PARTITION, new Command.Break(broken), broken);

                    assertThat(broken.await()).isEqualTo("UNKNOWN_SERVER_ERROR");
                    pass(clock, 1_000);
                    assertThat(add(shards, 1).await()).isEqualTo("sum 5");
                });
    }

    @Test
    void whoWaitsIsRefusedWhenThePartitionGoes() {
        simulate(
                (shards, log, clock) -> {
                    Reply<String> waiting = await(shards);
                    pass(clock, 10);

                    shards.unload(PARTITION);

                    assertThat(waiting.await()).isEqualTo("NOT_COORDINATOR");
                    assertThat(add(shards, 1).await()).isEqualTo("NOT_COORDINATOR");
                });
    }

    /// Which this broker may notice later: also what needs no record is not answered from its
    /// memory.
    @Test
    void nothingIsDecidedWhenThePartitionIsLedElsewhere() {
        simulate(
                (shards, log, clock) -> {
                    assertThat(add(shards, 9).await()).isEqualTo("sum 9");

                    log.isLedElsewhere(true);

                    assertThat(add(shards, 0).await()).isEqualTo("NOT_COORDINATOR");
                    log.isLedElsewhere(false);
                    pass(clock, 1_000);
                    assertThat(add(shards, 1).await()).isEqualTo("sum 10");
                });
    }

    @Test
    void nothingIsDecidedBeforeEverythingIsLoaded() {
        simulate(
                (shards, log, clock) -> {
                    assertThat(add(shards, 9).await()).isEqualTo("sum 9");
                    shards.unload(PARTITION);
                    log.takes(Duration.ofMillis(50));

                    shards.load(PARTITION);

                    assertThat(add(shards, 1).await()).isEqualTo("COORDINATOR_LOAD_IN_PROGRESS");
                    pass(clock, 100);
                    assertThat(add(shards, 1).await()).isEqualTo("sum 10");
                });
    }

    @Test
    void timersRunInTheOrderOfTheirDeadlines() {
        simulate(
                (shards, log, clock) -> {
                    Reply<String> slow = reply();
                    shards.submit(PARTITION, new Command.AddLater(20, 200, slow), slow);
                    Reply<String> fast = reply();
                    shards.submit(PARTITION, new Command.AddLater(10, 100, fast), fast);
                    Reply<String> first = await(shards);
                    long begun = clock.nanos();

                    assertThat(first.await()).isEqualTo("added 10");
                    assertThat(clock.nanos() - begun).isBetween(95_000_000L, 150_000_000L);
                    assertThat(await(shards).await()).isEqualTo("added 20");
                });
    }

    @Test
    void timersThatFillARoundLeaveTheRestToTheNext() {
        simulate(
                (shards, log, clock) -> {
                    Reply<String> reply = reply();
                    shards.submit(PARTITION, new Command.AddLater(-20, 1, reply), reply);
                    pass(clock, 1_000);

                    assertThat(log.stored(PARTITION)).hasSize(20);
                    assertThat(log.appends()).isEqualTo(20);
                });
    }
}
