package io.zurau.client;

import io.zurau.protocol.ErrorCode;

/// What a client's call can fail with. The message is a sentence: what was tried, with what, and
/// what to do.
public abstract sealed class ClientFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ClientFailure(String message, Throwable cause) {
        super(message, cause);
    }

    private ClientFailure(String message) {
        super(message);
    }

    /// Whether trying again later may succeed.
    public boolean mayPass() {
        return switch (this) {
            case Unreachable u -> true;
            case TimedOut t -> true;
            case Refused refused -> refused.code().retriable();
            case Closed c -> false;
            case BadAnswer b -> false;
            case Bug b -> false;
        };
    }

    /// No broker answers, or the connection to one broke.
    public static final class Unreachable extends ClientFailure {
        private static final long serialVersionUID = 1;

        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }

        Unreachable(String message) {
            super(message);
        }
    }

    /// A broker refused.
    public static final class Refused extends ClientFailure {
        private static final long serialVersionUID = 1;
        private final ErrorCode code;

        Refused(String what, ErrorCode code) {
            super(what + " failed: " + code.message() + " (" + code.name() + ")");
            this.code = code;
        }

        Refused(String what, ErrorCode code, String reason) {
            super(what + " failed: " + reason + " (" + code.name() + ")");
            this.code = code;
        }

        public ErrorCode code() {
            return code;
        }
    }

    /// It took longer than the setting that bounds it.
    public static final class TimedOut extends ClientFailure {
        private static final long serialVersionUID = 1;

        TimedOut(String message) {
            super(message);
        }
    }

    /// The client was closed, or its thread interrupted, while it waited.
    public static final class Closed extends ClientFailure {
        private static final long serialVersionUID = 1;

        Closed(String message) {
            super(message);
        }
    }

    /// The client itself is wrong; nobody foresaw the cause.
    public static final class Bug extends ClientFailure {
        private static final long serialVersionUID = 1;

        Bug(String what, Throwable cause) {
            super(what + " failed for a reason that nobody foresaw: " + cause, cause);
        }
    }

    /// A broker sent something that breaks the protocol, or records that are damaged.
    public static final class BadAnswer extends ClientFailure {
        private static final long serialVersionUID = 1;

        BadAnswer(String message, Throwable cause) {
            super(message, cause);
        }

        BadAnswer(String message) {
            super(message);
        }
    }
}
