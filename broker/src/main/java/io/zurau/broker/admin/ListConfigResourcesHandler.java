package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.ConfigResource;
import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ListConfigResourcesRequest;
import io.zurau.protocol.message.ListConfigResourcesResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tells which things there are that can have settings (KIP-1142).
final class ListConfigResourcesHandler implements RequestHandler<ListConfigResourcesRequest> {
    private static final int TYPES_FROM = 1;

    private final Metadata metadata;

    ListConfigResourcesHandler(Metadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey api() {
        return ApiKey.LIST_CONFIG_RESOURCES;
    }

    @Override
    public Answer handle(ListConfigResourcesRequest request, RequestContext context) {
        Set<ConfigResource.Type> types = EnumSet.noneOf(ConfigResource.Type.class);
        for (byte code : request.resourceTypes()) {
            Optional<ConfigResource.Type> type = ConfigResource.Type.of(code);
            if (type.isEmpty()) {
                return Answer.of(
                        request.errorResponse(ErrorCode.UNSUPPORTED_VERSION, context.version()));
            }
            types.add(type.get());
        }
        if (context.version() < TYPES_FROM) {
            types = EnumSet.of(ConfigResource.Type.CLIENT_METRICS); // All that version 0 asks for.
        } else if (types.isEmpty()) {
            types = EnumSet.allOf(ConfigResource.Type.class);
        }
        return Answer.of(
                ListConfigResourcesResponse.builder()
                        .configResources(resources(types, metadata.image()))
                        .build());
    }

    private static List<ListConfigResourcesResponse.ConfigResource> resources(
            Set<ConfigResource.Type> types, ClusterImage image) {
        List<ListConfigResourcesResponse.ConfigResource> resources = new ArrayList<>();
        for (ConfigResource.Type type : types) {
            for (String name : names(type, image)) {
                resources.add(
                        ListConfigResourcesResponse.ConfigResource.builder()
                                .resourceType(type.code())
                                .resourceName(name)
                                .build());
            }
        }
        return resources;
    }

    private static Collection<String> names(ConfigResource.Type type, ClusterImage image) {
        return switch (type) {
            case TOPIC -> image.topics().byName().keySet();
            case BROKER, BROKER_LOGGER ->
                    image.brokers().keySet().stream().map(id -> Integer.toString(id)).toList();
            case GROUP, CLIENT_METRICS ->
                    image.configs().resources().stream()
                            .filter(resource -> resource.type() == type)
                            .map(ConfigResource::name)
                            .toList();
        };
    }
}
