package io.zurau.tests.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zurau.tests.servers.ChildProcess;
import io.zurau.tests.servers.ToolHost;
import io.zurau.tests.servers.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Apache Kafka's command-line tools, named as their scripts are.
public enum KafkaTool {
    TOPICS("org.apache.kafka.tools.TopicCommand"),
    CONFIGS("kafka.admin.ConfigCommand"),
    CONSUMER_GROUPS("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"),
    STREAMS_GROUPS("org.apache.kafka.tools.streams.StreamsGroupCommand"),
    GET_OFFSETS("org.apache.kafka.tools.GetOffsetShell"),
    DELETE_RECORDS("org.apache.kafka.tools.DeleteRecordsCommand"),
    LOG_DIRS("org.apache.kafka.tools.LogDirsCommand"),
    CONSOLE_PRODUCER("org.apache.kafka.tools.ConsoleProducer"),
    CONSOLE_CONSUMER("org.apache.kafka.tools.consumer.ConsoleConsumer"),
    PRODUCER_PERF_TEST("org.apache.kafka.tools.ProducerPerformance"),
    CONSUMER_PERF_TEST("org.apache.kafka.tools.ConsumerPerformance"),
    VERIFIABLE_PRODUCER("org.apache.kafka.tools.VerifiableProducer"),
    VERIFIABLE_CONSUMER("org.apache.kafka.tools.VerifiableConsumer"),
    BROKER_API_VERSIONS("org.apache.kafka.tools.BrokerApiVersionsCommand"),
    CLUSTER("org.apache.kafka.tools.ClusterTool"),
    GROUPS("org.apache.kafka.tools.GroupsCommand"),
    REASSIGN_PARTITIONS("org.apache.kafka.tools.reassign.ReassignPartitionsCommand"),
    LEADER_ELECTION("org.apache.kafka.tools.LeaderElectionCommand"),
    METADATA_QUORUM("org.apache.kafka.tools.MetadataQuorumCommand"),
    CLIENT_METRICS("org.apache.kafka.tools.ClientMetricsCommand"),
    FEATURES("org.apache.kafka.tools.FeatureCommand"),
    REPLICA_VERIFICATION("org.apache.kafka.tools.ReplicaVerificationTool"),
    SHARE_GROUPS("org.apache.kafka.tools.consumer.group.ShareGroupCommand"),
    TRANSACTIONS("org.apache.kafka.tools.TransactionsCommand"),
    DUMP_LOG("org.apache.kafka.tools.DumpLogSegments");

    private static final int LIMIT_SECONDS = 60;

    private final String mainClass;

    KafkaTool(String mainClass) {
        this.mainClass = mainClass;
    }

    /// Runs the tool against the shared server; fails unless it ends well.
    public ToolHost.Result run(String... arguments) {
        return checked(result("", online(arguments)));
    }

    /// Like [#run], with text on the tool's standard input.
    public ToolHost.Result runWithInput(String input, String... arguments) {
        return checked(result(input, online(arguments)));
    }

    /// Runs the tool against the shared server, whatever comes of it.
    public ToolHost.Result attempt(String... arguments) {
        return result("", online(arguments));
    }

    /// Runs the tool with exactly these arguments: against another server, or none.
    public ToolHost.Result runAsGiven(String... arguments) {
        return checked(result("", List.of(arguments)));
    }

    /// Likewise, whatever comes of it.
    public ToolHost.Result attemptAsGiven(String... arguments) {
        return result("", List.of(arguments));
    }

    /// Starts the tool in a process of its own, against the shared server: for tools that work
    /// beside others, or that do their last work when the process is told to end.
    public ChildProcess spawn(String... arguments) {
        Path output = Workspace.newDirectory("tool").resolve(name() + ".out");
        return ChildProcess.start(name(), command(arguments), Map.of(), output);
    }

    /// The command line that runs the tool in a process of its own, against the shared server.
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(ToolHost.command(mainClass));
        command.addAll(online(arguments));
        return command;
    }

    /// The command line that runs the tool in a process of its own with exactly these arguments.
    public List<String> commandAsGiven(String... arguments) {
        List<String> command = new ArrayList<>(ToolHost.command(mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private ToolHost.Result result(String input, List<String> arguments) {
        return Shared.toolHost().run(mainClass, arguments, input.getBytes(UTF_8), LIMIT_SECONDS);
    }

    private static List<String> online(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--bootstrap-server");
        all.add(Shared.bootstrap());
        return all;
    }

    private ToolHost.Result checked(ToolHost.Result result) {
        if (result.exitCode() != 0) {
            throw new AssertionError(this + " failed with " + result);
        }
        return result;
    }
}
