package io.zurau.simulation;

import java.util.Random;

/// What survives one power failure: the device had written all, nothing, or any part of what was
/// not synced.
record Survival(Random dice, double share) {
    static Survival any(Random dice) {
        double share =
                switch (dice.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> 1;
                    default -> dice.nextDouble();
                };
        return new Survival(dice, share);
    }

    boolean keeps() {
        return dice.nextDouble() < share;
    }
}
