package io.zurau.metadata.control;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds what a request names more than once.
final class Duplicates {
    private Duplicates() {}

    /// To be asked, not walked.
    static <T> Set<T> among(Collection<T> names) {
        Set<T> seen = new HashSet<>();
        return names.stream().filter(name -> !seen.add(name)).collect(Collectors.toSet());
    }
}
