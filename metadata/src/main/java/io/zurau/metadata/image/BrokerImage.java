package io.zurau.metadata.image;

import io.zurau.metadata.SupportedFeatures.Levels;
import io.zurau.protocol.Uuid;
import io.zurau.protocol.message.RegisterBrokerRecord;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One registered broker.
///
/// @param incarnationId changes with each start of the process
/// @param epoch grows with each registration
/// @param fenced whether it must lead nothing and be shown to no client
/// @param logDirectories the ids of its usable log directories
/// @param features the levels that it can work with, by name
public record BrokerImage(
        int nodeId,
        Uuid incarnationId,
        long epoch,
        List<Endpoint> endpoints,
        @Nullable String rack,
        boolean fenced,
        boolean inControlledShutdown,
        List<Uuid> logDirectories,
        SortedMap<String, Levels> features) {
    private static final int RESERVED_IDS = 100; // Kafka's, from zero on.

    public BrokerImage {
        endpoints = List.copyOf(endpoints);
        features = Collections.unmodifiableSortedMap(features);
        logDirectories = List.copyOf(logDirectories);
    }

    public Incarnation incarnation() {
        return new Incarnation(nodeId, incarnationId);
    }

    /// Whether it can be given partitions to lead.
    public boolean isActive() {
        return !fenced && !inControlledShutdown;
    }

    /// Whether a replica in this directory is out of reach: the directory has failed, or was not
    /// there when the broker started.
    ///
    /// @param directory where it was; Kafka's reserved ids mean that nobody knows
    public boolean hasLost(Uuid directory) {
        return isKnown(directory)
                && !logDirectories.isEmpty()
                && !logDirectories.contains(directory);
    }

    /// Whether it is the id of a directory, and not one of those that mean that nobody knows.
    public static boolean isKnown(Uuid directory) {
        return directory.mostSignificantBits() != 0
                || directory.leastSignificantBits() < 0
                || directory.leastSignificantBits() >= RESERVED_IDS;
    }

    public Optional<Endpoint> endpoint(String listener) {
        return endpoints.stream().filter(e -> e.listener().equals(listener)).findFirst();
    }

    /// The record that registers it.
    public RegisterBrokerRecord record(long newEpoch) {
        return RegisterBrokerRecord.builder()
                .brokerId(nodeId)
                .incarnationId(incarnationId)
                .brokerEpoch(newEpoch)
                .endPoints(endpoints.stream().map(BrokerImage::endpointRecord).toList())
                .rack(rack)
                .fenced(fenced)
                .inControlledShutdown(inControlledShutdown)
                .logDirs(logDirectories)
                .features(featureRecords())
                .build();
    }

    private List<RegisterBrokerRecord.BrokerFeature> featureRecords() {
        return features.entrySet().stream()
                .map(
                        feature ->
                                RegisterBrokerRecord.BrokerFeature.builder()
                                        .name(feature.getKey())
                                        .minSupportedVersion(feature.getValue().lowest())
                                        .maxSupportedVersion(feature.getValue().highest())
                                        .build())
                .toList();
    }

    private static RegisterBrokerRecord.BrokerEndpoint endpointRecord(Endpoint endpoint) {
        return RegisterBrokerRecord.BrokerEndpoint.builder()
                .name(endpoint.listener())
                .host(endpoint.host())
                .port(endpoint.port())
                .securityProtocol(endpoint.securityProtocol())
                .build();
    }
}
