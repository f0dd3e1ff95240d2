package io.zurau.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.ProtocolReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
    @Test
    void numbersNamesVersionsAndListenersAreKafkas() {
        List<ApiKey> seen = new ArrayList<>();
        for (ApiKeys kafkas : ApiKeys.values()) {
            if (!kafkas.hasValidVersion()) {
                assertThat(ApiKey.forId(kafkas.id)).isEmpty();
                continue;
            }
            ApiKey ours = ApiKey.forId(kafkas.id).orElseThrow();
            seen.add(ours);
            assertThat(ours.name()).isEqualTo(kafkas.name());
            assertThat(ours.apiName()).isEqualTo(kafkas.name);
            assertThat(ours.lowestVersion()).isEqualTo(kafkas.oldestVersion());
            assertThat(ours.highestVersion()).isEqualTo(kafkas.latestVersion(true));
            assertThat(ours.highestStableVersion()).isEqualTo(kafkas.latestVersion(false));
            assertThat(ours.onBrokerListener()).isEqualTo(kafkas.inScope(ListenerType.BROKER));
            assertThat(ours.onControllerListener())
                    .isEqualTo(kafkas.inScope(ListenerType.CONTROLLER));
        }
        assertThat(seen).containsExactlyInAnyOrder(ApiKey.values()).hasSize(91);
    }

    @Test
    void headerVersionsAreKafkas() {
        for (ApiKey ours : ApiKey.values()) {
            ApiKeys kafkas = ApiKeys.forId(ours.id());
            for (short version : kafkas.allVersions()) {
                assertThat(ours.supports(version)).isTrue();
                assertThat(ours.requestHeaderVersion(version))
                        .isEqualTo(kafkas.requestHeaderVersion(version));
                assertThat(ours.responseHeaderVersion(version))
                        .isEqualTo(kafkas.responseHeaderVersion(version));
            }
            assertThat(ours.supports(ours.highestVersion() + 1)).isFalse();
        }
    }

    @Test
    void everyMessageKnowsItsKey() {
        for (ApiKey key : ApiKey.values()) {
            for (int version = key.lowestVersion(); version <= key.highestVersion(); version++) {
                ByteBuffer bytes = Pairs.request(ApiKeys.forId(key.id())).random(version, 1);
                ApiRequest request = key.readRequest(new ProtocolReader(bytes), version);
                assertThat(request.apiKey()).isEqualTo(key);
                assertThat(request.errorResponse(ErrorCode.NONE, version).apiKey()).isEqualTo(key);
            }
        }
    }

    @Test
    void numbersOutOfRangeAreNoKeys() {
        assertThat(ApiKey.forId(-1)).isEmpty();
        assertThat(ApiKey.forId(95)).isEmpty();
        assertThat(ApiKey.forId(Integer.MAX_VALUE)).isEmpty();
    }
}
