package io.zurau.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.runtime.Tasks;
import io.zurau.runtime.Tasks.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What all tasks promise.
abstract class TasksContract {
    abstract World world();

    @Test
    void joiningWaitsForTheEnd() {
        world().run(
                        place -> {
                            // Given
                            AtomicInteger ended = new AtomicInteger();
                            List<Task> started = new ArrayList<>();

                            // When
                            for (int i = 0; i < 20; i++) {
                                started.add(
                                        place.seams()
                                                .tasks()
                                                .start("virtual", ended::incrementAndGet));
                                started.add(
                                        place.seams()
                                                .tasks()
                                                .startDedicated("own", ended::incrementAndGet));
                            }
                            for (Task task : started) {
                                task.join();
                            }

                            // Then
                            assertThat(ended).hasValue(40);
                            assertThat(started).noneMatch(Task::isRunning);
                        });
    }

    @Test
    void anInterruptEndsWaiting() {
        world().run(
                        place -> {
                            // Given
                            CountDownLatch interrupted = new CountDownLatch(2);
                            Runnable waiter =
                                    () -> {
                                        try {
                                            new LinkedBlockingQueue<String>().take();
                                        } catch (InterruptedException e) {
                                            interrupted.countDown();
                                        }
                                    };
                            Tasks tasks = place.seams().tasks();
                            Task one = tasks.start("virtual", waiter);
                            Task other = tasks.startDedicated("own", waiter);
                            assertThat(one.isRunning()).isTrue();

                            // When
                            one.interrupt();
                            other.interrupt();

                            // Then
                            interrupted.await();
                            one.join();
                            other.join();
                        });
    }

    @Test
    void tasksStartTasks() {
        world().run(
                        place -> {
                            // Given
                            Tasks tasks = place.seams().tasks();
                            LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();

                            // When
                            tasks.start(
                                    "outer", () -> tasks.start("inner", () -> said.add("hello")));

                            // Then
                            assertThat(said.take()).isEqualTo("hello");
                        });
    }
}
