package dev.lacuna.worker.config;

import java.util.OptionalInt;

/**
 * A request topic as it is configured.
 *
 * @param topic its name
 * @param acceptedMax its cap; empty for that of {@code accepted.max}
 */
public record TopicCap(String topic, OptionalInt acceptedMax) {}
