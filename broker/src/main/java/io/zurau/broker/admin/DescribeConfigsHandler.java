package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.config.ClusterConfigs;
import io.zurau.metadata.config.ConfigEntry;
import io.zurau.metadata.config.ConfigSource;
import io.zurau.metadata.control.TopicNames;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.DescribeConfigsRequest;
import io.zurau.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.zurau.protocol.message.DescribeConfigsResponse;
import io.zurau.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import io.zurau.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import io.zurau.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;
import io.zurau.runtime.settings.SettingType;
import java.util.List;
import java.util.Optional;

/// Tells what topics and this broker are set to, and where each value comes from.
final class DescribeConfigsHandler implements RequestHandler<DescribeConfigsRequest> {
    private final Metadata metadata;
    private final ClusterConfigs configs;
    private final LogLevels logLevels;

    DescribeConfigsHandler(Metadata metadata, ClusterConfigs configs, LogLevels logLevels) {
        this.metadata = metadata;
        this.configs = configs;
        this.logLevels = logLevels;
    }

    @Override
    public ApiKey api() {
        return ApiKey.DESCRIBE_CONFIGS;
    }

    @Override
    public Answer handle(DescribeConfigsRequest request, RequestContext context) {
        ClusterImage image = metadata.image();
        return Answer.of(
                DescribeConfigsResponse.builder()
                        .results(
                                request.resources().stream()
                                        .map(resource -> describe(resource, request, image))
                                        .toList())
                        .build());
    }

    private DescribeConfigsResult describe(
            DescribeConfigsResource resource, DescribeConfigsRequest request, ClusterImage image) {
        Optional<ConfigResource.Type> type = ConfigResource.Type.of(resource.resourceType());
        if (type.isEmpty()) {
            return refused(
                    resource,
                    ErrorCode.INVALID_REQUEST,
                    "Unknown resource type " + resource.resourceType() + ".");
        }
        String name = resource.resourceName();
        return switch (type.get()) {
            case TOPIC -> topic(resource, request, image);
            case BROKER -> broker(resource, request, image);
            case BROKER_LOGGER -> loggers(resource);
            case GROUP, CLIENT_METRICS ->
                    name.isEmpty()
                            ? refused(
                                    resource,
                                    ErrorCode.INVALID_REQUEST,
                                    "The resource's name must not be empty.")
                            : result(
                                    resource,
                                    request,
                                    configs.describe(image, new ConfigResource(type.get(), name)));
        };
    }

    private DescribeConfigsResult topic(
            DescribeConfigsResource resource, DescribeConfigsRequest request, ClusterImage image) {
        String name = resource.resourceName();
        Optional<String> problem = TopicNames.problem(name);
        if (problem.isPresent()) {
            return refused(resource, ErrorCode.INVALID_TOPIC_EXCEPTION, problem.get());
        }
        if (image.topics().named(name).isEmpty()) {
            return refused(resource, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "");
        }
        return result(resource, request, configs.describeTopic(image, name));
    }

    private DescribeConfigsResult broker(
            DescribeConfigsResource resource, DescribeConfigsRequest request, ClusterImage image) {
        String name = resource.resourceName();
        if (name.isEmpty()) {
            return result(resource, request, configs.describeEveryBroker(image));
        }
        if (!name.equals(Integer.toString(configs.nodeId()))) {
            return refused(
                    resource,
                    ErrorCode.INVALID_REQUEST,
                    "Unexpected broker id, expected %d or empty string, but received %s."
                            .formatted(configs.nodeId(), name));
        }
        return result(resource, request, configs.describeBroker(image));
    }

    private DescribeConfigsResult loggers(DescribeConfigsResource resource) {
        if (!resource.resourceName().equals(Integer.toString(configs.nodeId()))) {
            return refused(
                    resource,
                    ErrorCode.INVALID_REQUEST,
                    "Unexpected broker id, expected %d but received %s."
                            .formatted(configs.nodeId(), resource.resourceName()));
        }
        List<DescribeConfigsResourceResult> described =
                logLevels.levels().entrySet().stream()
                        .filter(logger -> isAsked(resource, logger.getKey()))
                        .map(logger -> logger(logger.getKey(), logger.getValue()))
                        .toList();
        return described(resource, described);
    }

    private static DescribeConfigsResourceResult logger(String name, String level) {
        return DescribeConfigsResourceResult.builder()
                .name(name)
                .value(level)
                .configSource(ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG.code())
                .build();
    }

    private static DescribeConfigsResult refused(
            DescribeConfigsResource resource, ErrorCode error, String reason) {
        return DescribeConfigsResult.builder()
                .resourceType(resource.resourceType())
                .resourceName(resource.resourceName())
                .errorCode(error)
                .errorMessage(reason)
                .build();
    }

    private static DescribeConfigsResult result(
            DescribeConfigsResource resource,
            DescribeConfigsRequest request,
            List<ConfigEntry> entries) {
        return described(
                resource,
                entries.stream()
                        .filter(entry -> isAsked(resource, entry.name()))
                        .map(entry -> written(entry, request))
                        .toList());
    }

    private static boolean isAsked(DescribeConfigsResource resource, String key) {
        List<String> keys = resource.configurationKeys();
        return keys == null || keys.isEmpty() || keys.contains(key);
    }

    private static DescribeConfigsResult described(
            DescribeConfigsResource resource, List<DescribeConfigsResourceResult> described) {
        return DescribeConfigsResult.builder()
                .resourceType(resource.resourceType())
                .resourceName(resource.resourceName())
                .errorCode(ErrorCode.NONE)
                .errorMessage("") // Not null, as in Kafka.
                .configs(described)
                .build();
    }

    private static DescribeConfigsResourceResult written(
            ConfigEntry entry, DescribeConfigsRequest request) {
        return DescribeConfigsResourceResult.builder()
                .name(entry.name())
                .value(entry.value())
                .readOnly(entry.readOnly())
                .configSource(entry.source().code())
                .isSensitive(entry.secret())
                .synonyms(
                        request.includeSynonyms()
                                ? entry.synonyms().stream()
                                        .map(DescribeConfigsHandler::written)
                                        .toList()
                                : List.of())
                .configType(type(entry.kind()))
                .documentation(request.includeDocumentation() ? entry.documentation() : null)
                .build();
    }

    private static DescribeConfigsSynonym written(ConfigEntry.Synonym synonym) {
        return DescribeConfigsSynonym.builder()
                .name(synonym.name())
                .value(synonym.value())
                .source(synonym.source().code())
                .build();
    }

    /// Kafka's number of the type.
    private static byte type(SettingType.Kind kind) {
        return switch (kind) {
            case BOOLEAN -> 1;
            case STRING -> 2;
            case INT -> 3;
            case LONG -> 5;
            case DOUBLE -> 6;
            case LIST -> 7;
            case PASSWORD -> 9;
        };
    }
}
