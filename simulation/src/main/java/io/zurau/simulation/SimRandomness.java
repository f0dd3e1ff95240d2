package io.zurau.simulation;

import io.zurau.runtime.Randomness;
import java.util.Random;

/// Random numbers that follow from the seed.
record SimRandomness(Random random) implements Randomness {
    @Override
    public long nextLong() {
        return random.nextLong();
    }
}
