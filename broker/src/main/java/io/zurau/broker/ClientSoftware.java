package io.zurau.broker;

import io.zurau.protocol.message.ApiVersionsRequest;
import java.util.regex.Pattern;

/// What a client says it is (KIP-511); not to be trusted.
public record ClientSoftware(String name, String version) {
    /// Of a client that has not said it, as Kafka calls it.
    public static final ClientSoftware UNKNOWN = new ClientSoftware("unknown", "unknown");

    private static final Pattern FORM =
            Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    /// Whether both are of the form that is asked for.
    static boolean isWellFormed(ApiVersionsRequest request) {
        return FORM.matcher(request.clientSoftwareName()).matches()
                && FORM.matcher(request.clientSoftwareVersion()).matches();
    }

    /// [#UNKNOWN] if the request does not say, or not in the form that is asked for.
    public static ClientSoftware of(ApiVersionsRequest request) {
        return isWellFormed(request)
                ? new ClientSoftware(request.clientSoftwareName(), request.clientSoftwareVersion())
                : UNKNOWN;
    }
}
