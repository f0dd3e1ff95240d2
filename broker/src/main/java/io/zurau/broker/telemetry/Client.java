package io.zurau.broker.telemetry;

import io.zurau.broker.RequestContext;
import io.zurau.protocol.Uuid;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// One instance of a client, by what is known of it; nothing of that is to be trusted.
///
/// @param attributes by their names in the patterns of a subscription; without those unknown
record Client(Uuid instanceId, SortedMap<String, String> attributes) {
    /// Longer texts are cut, before they are matched, too: they are a stranger's, and are kept.
    private static final int LONGEST_TEXT = 256;

    static final String INSTANCE_ID = "client_instance_id";
    static final String ID = "client_id";
    static final String SOFTWARE_NAME = "client_software_name";
    static final String SOFTWARE_VERSION = "client_software_version";
    static final String SOURCE_ADDRESS = "client_source_address";
    static final String SOURCE_PORT = "client_source_port";

    static Client of(Uuid instanceId, RequestContext context) {
        SortedMap<String, String> attributes = new TreeMap<>();
        attributes.put(INSTANCE_ID, instanceId.toString());
        String clientId = context.clientId();
        if (clientId != null) {
            attributes.put(ID, shortened(clientId));
        }
        attributes.put(SOFTWARE_NAME, shortened(context.software().name()));
        attributes.put(SOFTWARE_VERSION, shortened(context.software().version()));
        attributes.put(SOURCE_ADDRESS, context.clientHost());
        attributes.put(SOURCE_PORT, Integer.toString(context.clientPort()));
        return new Client(instanceId, Collections.unmodifiableSortedMap(attributes));
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }
}
