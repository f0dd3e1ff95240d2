package io.zurau.runtime;

/// The disk under a directory failed: full, gone, broken or not permitted. Whoever owns the
/// directory takes it offline.
public final class StorageFailure extends RuntimeException {
    private final String directory;

    /// @param directory the root of the [Disk]
    /// @param message a sentence with the file, what was tried and what the system said
    public StorageFailure(String directory, String message, Throwable cause) {
        super(message, cause);
        this.directory = directory;
    }

    public StorageFailure(String directory, String message) {
        super(message);
        this.directory = directory;
    }

    /// The root of the disk that failed.
    public String directory() {
        return directory;
    }
}
