package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.control.Controller;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.zurau.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.zurau.protocol.message.IncrementalAlterConfigsResponse;
import io.zurau.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Changes settings: those of the cluster by its controller, the levels of loggers here, for they
/// are this process's own.
final class IncrementalAlterConfigsHandler
        implements RequestHandler<IncrementalAlterConfigsRequest> {
    private static final byte SET = 0;
    private static final byte DELETE = 1;

    /// Kafka's; FATAL counts as ERROR.
    private static final List<String> LEVELS =
            List.of("OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");

    private final Controller controller;
    private final int nodeId;
    private final LogLevels logLevels;

    IncrementalAlterConfigsHandler(Controller controller, int nodeId, LogLevels logLevels) {
        this.controller = controller;
        this.nodeId = nodeId;
        this.logLevels = logLevels;
    }

    /// Why a logger's level cannot be changed so.
    private record Refusal(ErrorCode error, String reason) {}

    @Override
    public ApiKey api() {
        return ApiKey.INCREMENTAL_ALTER_CONFIGS;
    }

    @Override
    public Answer handle(IncrementalAlterConfigsRequest request, RequestContext context) {
        List<AlterConfigsResource> loggers = new ArrayList<>();
        List<AlterConfigsResource> others = new ArrayList<>();
        for (AlterConfigsResource resource : request.resources()) {
            (isLogger(resource) ? loggers : others).add(resource);
        }
        List<AlterConfigsResourceResponse> responses = new ArrayList<>();
        if (!others.isEmpty()) {
            responses.addAll(
                    controller
                            .incrementalAlterConfigs(request.toBuilder().resources(others).build())
                            .responses());
        }
        Set<String> names = new HashSet<>();
        Set<String> twice = new HashSet<>();
        loggers.forEach(
                logger -> {
                    if (!names.add(logger.resourceName())) {
                        twice.add(logger.resourceName());
                    }
                });
        for (AlterConfigsResource logger : loggers) {
            responses.add(
                    twice.contains(logger.resourceName())
                            ? response(logger, invalid("Each resource must appear at most once."))
                            : response(logger, alter(logger, request.validateOnly())));
        }
        return Answer.of(IncrementalAlterConfigsResponse.builder().responses(responses).build());
    }

    private static boolean isLogger(AlterConfigsResource resource) {
        return resource.resourceType() == ConfigResource.Type.BROKER_LOGGER.code();
    }

    /// All of it or nothing.
    private Optional<Refusal> alter(AlterConfigsResource resource, boolean validateOnly) {
        Set<String> loggers = logLevels.levels().keySet();
        Optional<Refusal> refusal =
                resourceProblem(resource)
                        .or(
                                () ->
                                        resource.configs().stream()
                                                .flatMap(c -> problem(c, loggers).stream())
                                                .findFirst());
        if (refusal.isEmpty() && !validateOnly) {
            resource.configs().forEach(this::alter);
        }
        return refusal;
    }

    private void alter(AlterableConfig change) {
        String level = change.value();
        if (change.configOperation() == DELETE || level == null) {
            logLevels.unset(change.name());
        } else {
            logLevels.set(change.name(), level.equals("FATAL") ? "ERROR" : level);
        }
    }

    private Optional<Refusal> resourceProblem(AlterConfigsResource resource) {
        if (!resource.resourceName().equals(Integer.toString(nodeId))) {
            return invalid(
                    "Unexpected broker id, expected %d but received %s."
                            .formatted(nodeId, resource.resourceName()));
        }
        if (resource.configs().stream().map(AlterableConfig::name).distinct().count()
                < resource.configs().size()) {
            return invalid("Error due to duplicate config keys.");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> problem(AlterableConfig change, Set<String> loggers) {
        String name = change.name();
        byte operation = change.configOperation();
        if (operation != SET && operation != DELETE) {
            return invalid(
                    "Operation %d is not allowed for loggers, only SET and DELETE."
                            .formatted(operation));
        }
        String level = change.value();
        if (operation == SET && level == null) {
            return invalid("Null value not supported for : " + name);
        }
        if (!loggers.contains(name)) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.INVALID_CONFIG, "Logger %s does not exist.".formatted(name)));
        }
        if (operation == SET && !LEVELS.contains(level)) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.INVALID_CONFIG,
                            "The level of %s is \"%s\", but must be one of %s."
                                    .formatted(name, level, String.join(", ", LEVELS))));
        }
        return operation == DELETE && name.equals(LogLevels.ROOT)
                ? invalid("The root logger must have a level.")
                : Optional.empty();
    }

    private static Optional<Refusal> invalid(String reason) {
        return Optional.of(new Refusal(ErrorCode.INVALID_REQUEST, reason));
    }

    private static AlterConfigsResourceResponse response(
            AlterConfigsResource resource, Optional<Refusal> refusal) {
        return AlterConfigsResourceResponse.builder()
                .resourceType(resource.resourceType())
                .resourceName(resource.resourceName())
                .errorCode(refusal.map(Refusal::error).orElse(ErrorCode.NONE))
                .errorMessage(refusal.map(Refusal::reason).orElse(null))
                .build();
    }
}
