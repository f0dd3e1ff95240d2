package io.zurau.runtime;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What the system said about a file, in words: the JDK often gives only the path.
final class IoReason {
    private IoReason() {}

    static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "no such file or directory";
            case AccessDeniedException denied -> "not permitted";
            case DirectoryNotEmptyException full -> "the directory is not empty";
            case FileAlreadyExistsException taken -> "a file of that name exists";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            case ClosedChannelException closed -> "the file is closed";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
