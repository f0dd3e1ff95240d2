package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zurau.runtime.DiskFile;
import io.zurau.runtime.Network;
import io.zurau.runtime.Network.Connection;
import io.zurau.runtime.Network.Listener;
import io.zurau.runtime.Tasks.Task;
import io.zurau.simulation.World.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// What every network promises.
abstract class NetworkContract {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MEGABYTE = 1 << 20;

    abstract World world();

    /// Two ends of one connection.
    private record Pair(Connection near, Connection far) {
        static Pair in(Place place) throws IOException {
            Network network = place.seams().network();
            try (Listener listener = network.listen(place.host(), 0)) {
                Connection near = network.connect(place.host(), listener.port(), TIMEOUT);
                return new Pair(near, listener.accept());
            }
        }
    }

    @Test
    void bytesArriveWholeAndInOrderInBothDirections() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);
                            byte[] sent = bytes(300_000);

                            // When
                            Task echo = start(place, "echo", () -> echo(pair.far(), sent.length));
                            Task writer =
                                    start(
                                            place,
                                            "writer",
                                            () ->
                                                    pair.near()
                                                            .write(
                                                                    ByteBuffer.wrap(sent, 0, 5),
                                                                    ByteBuffer.allocate(0),
                                                                    ByteBuffer.wrap(
                                                                            sent,
                                                                            5,
                                                                            sent.length - 5)));
                            byte[] received = read(pair.near(), sent.length);

                            // Then
                            assertThat(received).isEqualTo(sent);
                            writer.join();
                            echo.join();
                        });
    }

    private static void echo(Connection connection, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        for (int echoed = 0; echoed < count; ) {
            echoed += connection.read(buffer.clear());
            connection.write(buffer.flip());
        }
    }

    @Test
    void theEndIsReadBehindAllThatWasSent() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);

                            // When
                            pair.near().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                            pair.near().close();

                            // Then
                            assertThat(read(pair.far(), 3)).containsExactly(1, 2, 3);
                            assertThat(pair.far().read(ByteBuffer.allocate(1))).isEqualTo(-1);
                        });
    }

    @Test
    void readingIntoAFullBufferReadsNothing() {
        world().run(
                        place -> {
                            Pair pair = Pair.in(place);
                            assertThat(pair.near().read(ByteBuffer.allocate(0))).isZero();
                        });
    }

    @Test
    void closingAListenerWakesWhoAccepts() {
        world().run(
                        place -> {
                            // Given
                            Listener listener = place.seams().network().listen(place.host(), 0);
                            Task accepter = expectFailure(place, listener::accept);

                            // When
                            listener.close();

                            // Then
                            accepter.join();
                        });
    }

    @Test
    void closingAConnectionWakesItsReader() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);
                            Task reader =
                                    expectFailure(
                                            place, () -> pair.near().read(ByteBuffer.allocate(1)));

                            // When
                            pair.near().close();

                            // Then
                            reader.join();
                        });
    }

    @Test
    void closingAConnectionWakesAWriterThatNobodyReads() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);
                            LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
                            Task writer =
                                    expectFailure(
                                            place,
                                            () -> {
                                                begun.add("writing");
                                                while (begun.size() < 2) {
                                                    pair.near()
                                                            .write(ByteBuffer.allocate(MEGABYTE));
                                                }
                                            });
                            begun.take();

                            // When
                            pair.near().close();

                            // Then
                            writer.join();
                        });
    }

    @Test
    void closingAConnectionWakesAFileTransferThatNobodyReads() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);
                            try (DiskFile file = place.disk().open("sent")) {
                                file.write(ByteBuffer.allocate(MEGABYTE), 0);
                                Task writer =
                                        expectFailure(
                                                place, () -> transferForEver(pair.near(), file));
                                awaitFullSocket(place);

                                // When
                                pair.near().close();

                                // Then
                                writer.join();
                                assertThat(file.size()).isEqualTo(MEGABYTE);
                            }
                        });
    }

    @Test
    void aFileTransferWaitsForASlowReader() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);
                            int transfers = 10;
                            try (DiskFile file = place.disk().open("sent")) {
                                file.write(ByteBuffer.wrap(bytes(MEGABYTE)), 0);
                                Task writer =
                                        start(
                                                place,
                                                "writer",
                                                () -> {
                                                    for (int i = 0; i < transfers; i++) {
                                                        pair.near().write(file, 0, MEGABYTE);
                                                    }
                                                });
                                awaitFullSocket(place);

                                // Then
                                byte[] expected = bytes(MEGABYTE);
                                for (int i = 0; i < transfers; i++) {
                                    assertThat(read(pair.far(), MEGABYTE)).isEqualTo(expected);
                                }
                                writer.join();
                            }
                        });
    }

    private static void transferForEver(Connection connection, DiskFile file) throws IOException {
        while (file.size() == MEGABYTE) {
            connection.write(file, 0, MEGABYTE);
        }
    }

    /// What a task sends meanwhile fills any buffers between the two ends.
    private static void awaitFullSocket(Place place) throws InterruptedException {
        place.seams().clock().sleepUntil(place.seams().clock().deadline(Duration.ofMillis(200)));
    }

    @Test
    void anInterruptWakesAReaderAndClosesItsConnection() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);
                            Task reader =
                                    expectFailure(
                                            place, () -> pair.near().read(ByteBuffer.allocate(1)));

                            // When
                            reader.interrupt();

                            // Then
                            reader.join();
                            assertThat(pair.far().read(ByteBuffer.allocate(1))).isEqualTo(-1);
                        });
    }

    @Test
    void aRefusedConnectionNamesTheAddress() {
        world().run(
                        place -> {
                            // Given
                            Network network = place.seams().network();
                            Listener listener = network.listen(place.host(), 0);
                            listener.close();

                            // Then
                            assertThatExceptionOfType(IOException.class)
                                    .isThrownBy(
                                            () ->
                                                    network.connect(
                                                            place.host(), listener.port(), TIMEOUT))
                                    .withMessageContaining(
                                            "Cannot connect to "
                                                    + place.host()
                                                    + ":"
                                                    + listener.port());
                        });
    }

    @Test
    void aTakenAddressIsRefusedByName() {
        world().run(
                        place -> {
                            // Given
                            Network network = place.seams().network();
                            try (Listener listener = network.listen(place.host(), 0)) {
                                int taken = listener.port();
                                assertThat(taken).isPositive();

                                // Then
                                assertThatExceptionOfType(IOException.class)
                                        .isThrownBy(() -> network.listen(place.host(), taken))
                                        .withMessageContaining("Cannot listen on")
                                        .withMessageContaining(place.host() + ":" + taken)
                                        .withMessageContaining("Address already in use");
                            }
                        });
    }

    @Test
    void aPartOfAFileIsSent() {
        world().run(
                        place -> {
                            // Given
                            Pair pair = Pair.in(place);
                            byte[] content = bytes(200_000);
                            try (DiskFile file = place.disk().open("sent")) {
                                file.write(ByteBuffer.wrap(content), 0);

                                // When
                                Task writer =
                                        start(
                                                place,
                                                "writer",
                                                () -> pair.near().write(file, 100, 199_000));

                                // Then
                                assertThat(ByteBuffer.wrap(read(pair.far(), 199_000)))
                                        .isEqualTo(ByteBuffer.wrap(content, 100, 199_000));
                                writer.join();
                            }
                        });
    }

    @Test
    void aFileThatIsTooShortBreaksTheTransfer() {
        world().run(
                        place -> {
                            Pair pair = Pair.in(place);
                            try (DiskFile file = place.disk().open("short")) {
                                file.write(ByteBuffer.allocate(10), 0);
                                assertThatExceptionOfType(IOException.class)
                                        .isThrownBy(() -> pair.near().write(file, 5, 6))
                                        .withMessageContaining("ends at 10");
                            }
                        });
    }

    @Test
    void theOtherSideHasAnAddress() {
        world().run(
                        place -> {
                            Network network = place.seams().network();
                            try (Listener listener = network.listen(place.host(), 0)) {
                                Connection near =
                                        network.connect(place.host(), listener.port(), TIMEOUT);
                                assertThat(near.remotePort()).isEqualTo(listener.port());
                                assertThat(near.remoteHost()).isNotEmpty();
                                Connection far = listener.accept();
                                assertThat(far.remotePort()).isPositive();
                                assertThat(far.remoteHost()).isNotEmpty();
                            }
                        });
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private static Task start(Place place, String name, Action action) {
        return place.seams()
                .tasks()
                .start(
                        name,
                        () -> {
                            try {
                                action.run();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
    }

    private static Task expectFailure(Place place, Action action) {
        return place.seams()
                .tasks()
                .start(
                        "blocked",
                        () -> assertThatExceptionOfType(IOException.class).isThrownBy(action::run));
    }

    private static byte[] read(Connection connection, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            assertThat(connection.read(buffer)).isPositive();
        }
        return buffer.array();
    }

    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
