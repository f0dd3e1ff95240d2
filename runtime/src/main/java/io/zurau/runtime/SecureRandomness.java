package io.zurau.runtime;

import java.security.SecureRandom;

/// Numbers that nobody can guess, from the operating system.
public final class SecureRandomness implements Randomness {
    private final SecureRandom random = new SecureRandom();

    @Override
    public long nextLong() {
        return random.nextLong();
    }
}
