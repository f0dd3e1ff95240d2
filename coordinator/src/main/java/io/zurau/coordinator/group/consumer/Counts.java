package io.zurau.coordinator.group.consumer;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeMap;

/// How many members say something, by what they say.
///
/// **Guard:** the thread of the shard.
final class Counts {
    private final TreeMap<String, Integer> byWord = new TreeMap<>();

    void add(Collection<String> words) {
        words.forEach(word -> byWord.merge(word, 1, Integer::sum));
    }

    void remove(Collection<String> words) {
        words.forEach(
                word ->
                        byWord.computeIfPresent(
                                word, (same, count) -> count == 1 ? null : count - 1));
    }

    int of(String word) {
        return byWord.getOrDefault(word, 0);
    }

    /// Ascending; a view.
    NavigableSet<String> words() {
        return Collections.unmodifiableNavigableSet(byWord.navigableKeySet());
    }

    /// What most say; the first of those that as many say.
    String mostOr(String otherwise) {
        String most = otherwise;
        int count = 0;
        for (var entry : byWord.entrySet()) {
            if (entry.getValue() > count) {
                most = entry.getKey();
                count = entry.getValue();
            }
        }
        return most;
    }
}
