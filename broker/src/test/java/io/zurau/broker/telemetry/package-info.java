@NullMarked
package io.zurau.broker.telemetry;

import org.jspecify.annotations.NullMarked;
