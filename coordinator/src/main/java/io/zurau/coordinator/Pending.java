package io.zurau.coordinator;

/// An answer that may still have to be waited for.
@FunctionalInterface
public interface Pending<A> {
    A await() throws InterruptedException;

    static <A> Pending<A> done(A answer) {
        return () -> answer;
    }
}
