package io.zurau.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A named value beside a record's own. Names may repeat.
public record Header(String key, @Nullable ByteBuffer value) {}
