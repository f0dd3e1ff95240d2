package io.zurau.server;

import io.zurau.broker.BrokerConfig;
import io.zurau.broker.admin.AdminConfig;
import io.zurau.broker.cluster.ClusterConfig;
import io.zurau.broker.partition.ReplicationQuotas;
import io.zurau.broker.partition.TopicConfig;
import io.zurau.broker.replica.ReplicationConfig;
import io.zurau.broker.telemetry.TelemetryConfig;
import io.zurau.coordinator.group.GroupConfig;
import io.zurau.coordinator.group.config.GroupSettings;
import io.zurau.coordinator.share.ShareCoordinatorConfig;
import io.zurau.coordinator.transaction.TransactionConfig;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.quorum.Voter;
import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything that a node can be told at its start, checked.
///
/// @param given as it was given, by key
/// @param directories where the node keeps everything; the metadata in the first
/// @param journal where the journal lies, if not in the only directory
/// @param voters of the metadata log; none if this node is alone
/// @param notices a sentence for each key that was accepted and has no effect
public record ServerConfig(
        Map<String, String> given,
        Settings settings,
        int nodeId,
        Optional<String> rack,
        List<String> directories,
        Optional<String> journal,
        ListenersConfig listeners,
        List<Voter> voters,
        List<String> notices) {
    private static final Setting<Integer> NODE_ID =
            Setting.integer("node.id", 1, "The number of this node in its cluster.")
                    .orElse("broker.id")
                    .atLeast(0);
    private static final Setting<List<String>> ROLES =
            Setting.list(
                            "process.roles",
                            List.of("broker", "controller"),
                            "What this node is; one node is both.")
                    .oneOf("broker", "controller");
    private static final Setting<String> RACK =
            Setting.text("broker.rack", "The rack that the node stands in.");
    private static final Setting<List<String>> DIRECTORIES =
            Setting.list(
                            "log.dirs",
                            List.of("data"),
                            "The directories that the node keeps everything in, each on a disk of its"
                                    + " own. A partition is in one of them.")
                    .orElse("log.dir");
    private static final Setting<String> METADATA_DIRECTORY =
            Setting.text(
                    "metadata.log.dir",
                    "Which of log.dirs holds the metadata; the first by default. The node cannot do"
                            + " without it.");
    private static final Setting<String> JOURNAL_DIRECTORY =
            Setting.text(
                    "journal.dir",
                    "Where the journal is written; in the log directory by default. A device of its"
                            + " own makes writing faster. With several log.dirs each has its"
                            + " own journal, and this cannot be set.");

    private static final Setting<List<String>> VOTERS =
            Setting.list(
                    "controller.quorum.voters",
                    List.of(),
                    "The nodes that keep the cluster's metadata, as ID@HOST:PORT; an odd number of"
                            + " them. The port is for their own use. A node alone needs none.");

    /// All settings of a node.
    public static final SettingCatalog CATALOG = catalog();

    private static SettingCatalog catalog() {
        List<Setting<?>> all = new ArrayList<>();
        all.addAll(
                List.of(
                        NODE_ID,
                        ROLES,
                        RACK,
                        DIRECTORIES,
                        METADATA_DIRECTORY,
                        JOURNAL_DIRECTORY,
                        VOTERS));
        all.addAll(ListenersConfig.SETTINGS);
        all.addAll(BrokerConfig.SETTINGS);
        all.addAll(TopicConfig.brokerSettings());
        all.addAll(LogDirectoryConfig.SETTINGS);
        all.addAll(ControllerConfig.SETTINGS);
        all.addAll(GroupConfig.SETTINGS);
        all.addAll(GroupSettings.ON_BROKER);
        all.addAll(TransactionConfig.SETTINGS);
        all.addAll(ShareCoordinatorConfig.SETTINGS);
        all.addAll(AdminConfig.SETTINGS);
        all.addAll(TelemetryConfig.SETTINGS);
        all.addAll(ClusterConfig.SETTINGS);
        all.addAll(ReplicationConfig.SETTINGS);
        all.addAll(ReplicationQuotas.SETTINGS);
        return SettingCatalog.of(all).withoutEffect(KafkaSettings.WITHOUT_EFFECT);
    }

    /// Whether it is a cluster of its own.
    public boolean isAlone() {
        return voters.isEmpty();
    }

    /// Where the node keeps its metadata.
    public String directory() {
        return directories.getFirst();
    }

    private static List<String> directories(Settings settings) {
        Set<String> directories = new LinkedHashSet<>();
        for (String directory : settings.value(DIRECTORIES)) {
            if (!directories.add(directory)) {
                throw new StartRefused("log.dirs names %s twice.".formatted(directory));
            }
        }
        if (directories.isEmpty()) {
            throw new StartRefused("log.dirs names no directory.");
        }
        if (directories.size() > 1 && settings.isGiven(JOURNAL_DIRECTORY)) {
            throw new StartRefused(
                    "journal.dir is for a node with one log directory, but log.dirs names %d; each of"
                                    .formatted(directories.size())
                            + " them has its own journal.");
        }
        List<String> ordered = new ArrayList<>();
        settings.find(METADATA_DIRECTORY)
                .ifPresent(
                        first -> {
                            if (!directories.remove(first)) {
                                throw new StartRefused(
                                        "metadata.log.dir is %s, but must be one of log.dirs."
                                                .formatted(first));
                            }
                            ordered.add(first);
                        });
        ordered.addAll(directories);
        return List.copyOf(ordered);
    }

    /// A list that names only this node is that of a node alone, as Kafka's own examples have it.
    private static List<Voter> voters(Settings settings, int nodeId) {
        List<Voter> voters = VoterList.parse(VOTERS.key(), settings.value(VOTERS));
        return voters.stream().allMatch(voter -> voter.nodeId() == nodeId) ? List.of() : voters;
    }

    /// @throws StartRefused if something of it is wrong
    public static ServerConfig from(Map<String, String> given) {
        try {
            return from(given, Settings.parse(given, CATALOG));
        } catch (InvalidSetting e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static ServerConfig from(Map<String, String> given, Settings settings) {
        if (!settings.value(ROLES).contains("broker")) {
            throw new StartRefused(
                    "process.roles does not name broker, but a node without that role is not"
                            + " supported.");
        }
        GroupSettings.check(settings);
        int nodeId = settings.value(NODE_ID);
        return new ServerConfig(
                Map.copyOf(given),
                settings,
                nodeId,
                settings.find(RACK),
                directories(settings),
                settings.find(JOURNAL_DIRECTORY),
                ListenersConfig.from(settings),
                voters(settings, nodeId),
                settings.notices());
    }
}
