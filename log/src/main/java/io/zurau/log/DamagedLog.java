package io.zurau.log;

/// A log is not as it must be below what was synced, or a change does not follow the last one. The
/// log serves nothing any more; the others of its directory are not touched.
final class DamagedLog extends RuntimeException {
    DamagedLog(String message) {
        super(message);
    }
}
