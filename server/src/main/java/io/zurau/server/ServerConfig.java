package io.zurau.server;

import io.zurau.broker.BrokerConfig;
import io.zurau.broker.admin.AdminConfig;
import io.zurau.broker.partition.TopicConfig;
import io.zurau.coordinator.group.GroupConfig;
import io.zurau.log.LogDirectoryConfig;
import io.zurau.metadata.control.ControllerConfig;
import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.SettingCatalog;
import io.zurau.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that a node can be told at its start, checked.
///
/// @param given as it was given, by key
/// @param directory where the node keeps everything
/// @param journalDirectory where the journal lies; mostly the same
/// @param notices a sentence for each key that was accepted and has no effect
public record ServerConfig(
        Map<String, String> given,
        Settings settings,
        int nodeId,
        Optional<String> rack,
        String directory,
        String journalDirectory,
        ListenersConfig listeners,
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
                            "The directory that the node keeps everything in.")
                    .orElse("log.dir");
    private static final Setting<String> JOURNAL_DIRECTORY =
            Setting.text(
                    "journal.dir",
                    "Where the journal is written; in the log directory by default. A device of its"
                            + " own makes writing faster.");

    /// All settings of a node.
    public static final SettingCatalog CATALOG = catalog();

    private static SettingCatalog catalog() {
        List<Setting<?>> all = new ArrayList<>();
        all.addAll(List.of(NODE_ID, ROLES, RACK, DIRECTORIES, JOURNAL_DIRECTORY));
        all.addAll(ListenersConfig.SETTINGS);
        all.addAll(BrokerConfig.SETTINGS);
        all.addAll(TopicConfig.brokerSettings());
        all.addAll(LogDirectoryConfig.SETTINGS);
        all.addAll(ControllerConfig.SETTINGS);
        all.addAll(GroupConfig.SETTINGS);
        all.addAll(AdminConfig.SETTINGS);
        return SettingCatalog.of(all).withoutEffect(KafkaSettings.WITHOUT_EFFECT);
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
        List<String> directories = settings.value(DIRECTORIES);
        if (directories.size() != 1) {
            throw new StartRefused(
                    "log.dirs names %d directories, but exactly one is supported."
                            .formatted(directories.size()));
        }
        String directory = directories.getFirst();
        return new ServerConfig(
                Map.copyOf(given),
                settings,
                settings.value(NODE_ID),
                settings.find(RACK),
                directory,
                settings.find(JOURNAL_DIRECTORY).orElse(directory),
                ListenersConfig.from(settings),
                settings.notices());
    }
}
