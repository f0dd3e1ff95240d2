package io.zurau.coordinator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zurau.protocol.ErrorCode;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The answer to one command. It is settled once; whoever waits for it is then released. To a state
/// machine it is only a token for the one who asked.
///
/// **Guard:** `answerLock`, a leaf: nothing is called under it.
public final class Reply<A> implements Pending<A> {
    private final ReentrantLock answerLock = new ReentrantLock();
    private final Condition settled = answerLock.newCondition();
    private final Function<ErrorCode, A> refusal;

    @GuardedBy("answerLock")
    private @Nullable A answer;

    /// @param refusal makes the answer that refuses the command
    public Reply(Function<ErrorCode, A> refusal) {
        this.refusal = refusal;
    }

    @Override
    public A await() throws InterruptedException {
        answerLock.lockInterruptibly();
        try {
            A known = answer;
            while (known == null) {
                settled.await();
                known = answer;
            }
            return known;
        } finally {
            answerLock.unlock();
        }
    }

    public boolean isSettled() {
        answerLock.lock();
        try {
            return answer != null;
        } finally {
            answerLock.unlock();
        }
    }

    /// The first answer counts.
    public void settle(A value) {
        answerLock.lock();
        try {
            if (answer == null) {
                answer = value;
                settled.signalAll();
            }
        } finally {
            answerLock.unlock();
        }
    }

    public void refuse(ErrorCode code) {
        settle(refusal.apply(code));
    }
}
