package io.zurau.tests.protocol;

import java.io.IOException;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKeyCollection;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;

/// What is asked about levels of features.
final class FeatureScenarios {
    private static final byte UP = 1;
    private static final byte SAFELY_DOWN = 2;
    private static final byte DOWN = 3;

    private FeatureScenarios() {}

    static void updateFeatures(Conversation c, int version) throws IOException {
        c.note("a feature that there is not");
        updated(c, version, feature(version, "no.such.feature", 1, UP));
        c.note("beyond what is supported");
        updated(c, version, feature(version, "transaction.version", 99, UP));
        updated(c, version, feature(version, "transaction.version", -1, DOWN));
        c.note("where it is already");
        updated(c, version, feature(version, "transaction.version", 2, UP));
        c.note("the wrong way");
        updated(c, version, feature(version, "transaction.version", 1, UP));
        updated(c, version, feature(version, "transaction.version", 99, DOWN));
        c.note("nothing, and one twice");
        updated(c, version);
        if (version == 0) {
            return; // Kafka takes every update of this version for an upgrade.
        }
        c.note("down and up again");
        updated(c, version, feature(version, "transaction.version", 1, SAFELY_DOWN));
        updated(c, version, feature(version, "transaction.version", 0, SAFELY_DOWN));
        updated(c, version, feature(version, "transaction.version", 1, SAFELY_DOWN));
        updated(c, version, feature(version, "transaction.version", 2, UP));
        c.note("in no way that there is");
        updated(c, version, feature(version, "transaction.version", 1, (byte) 0));
        updated(c, version, feature(version, "transaction.version", 1, (byte) 9));
        c.note("only validated");
        c.ask(
                UpdateFeaturesResponseData.class,
                request(feature(version, "transaction.version", 1, DOWN)).setValidateOnly(true),
                version);
        updated(c, version, feature(version, "transaction.version", 2, UP));
    }

    private static void updated(Conversation c, int version, FeatureUpdateKey... updates)
            throws IOException {
        c.ask(UpdateFeaturesResponseData.class, request(updates), version);
    }

    private static UpdateFeaturesRequestData request(FeatureUpdateKey... updates) {
        FeatureUpdateKeyCollection all = new FeatureUpdateKeyCollection();
        for (FeatureUpdateKey update : updates) {
            all.add(update);
        }
        return new UpdateFeaturesRequestData().setFeatureUpdates(all).setTimeoutMs(30_000);
    }

    /// Version 0 has a flag instead of the ways; the message has either.
    private static FeatureUpdateKey feature(int version, String name, int level, byte way) {
        FeatureUpdateKey update =
                new FeatureUpdateKey().setFeature(name).setMaxVersionLevel((short) level);
        return version == 0 ? update.setAllowDowngrade(way != UP) : update.setUpgradeType(way);
    }
}
