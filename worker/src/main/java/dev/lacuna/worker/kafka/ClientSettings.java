package dev.lacuna.worker.kafka;

import dev.lacuna.schemas.WireTopics;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings of the command line's own Kafka clients: the user's pass-through settings, where those
 * of Streams' prefixes ({@code producer.}, {@code consumer.}, {@code admin.}) apply to their client
 * alone.
 */
public final class ClientSettings {
  private static final List<String> STREAMS_PREFIXES =
      List.of(
          "producer.",
          "consumer.",
          "admin.",
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "topic.");

  private ClientSettings() {}

  /** Settings of a producer that loses and doubles nothing. */
  public static Map<String, Object> producer(Config config) {
    Map<String, Object> settings = of(config, "producer.");
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.putIfAbsent("linger.ms", 5);
    // With more, a batch that a topic's first leader refuses, just elected, is overtaken by the
    // next,
    // and an idempotent producer never gets out of OUT_OF_ORDER_SEQUENCE_NUMBER (seen on 4.3.1).
    settings.putIfAbsent("max.in.flight.requests.per.connection", 1);
    settings.putIfAbsent("compression.type", "lz4");
    settings.putIfAbsent("max.block.ms", 20_000);
    settings.putIfAbsent(
        "max.request.size", Math.max(1 << 20, config.get(ConfigKeys.ENTRY_MAX_BYTES)));
    return settings;
  }

  /** Settings of a consumer without a group that sees committed records only. */
  public static Map<String, Object> consumer(Config config) {
    Map<String, Object> settings = of(config, "consumer.");
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.putIfAbsent("default.api.timeout.ms", 20_000);
    return settings;
  }

  /** Settings of an admin client. */
  public static Map<String, Object> admin(Config config) {
    Map<String, Object> settings = of(config, "admin.");
    settings.putIfAbsent("default.api.timeout.ms", 20_000);
    settings.putIfAbsent("request.timeout.ms", 10_000);
    return settings;
  }

  /** The topics that carry schemas. */
  public static WireTopics wireTopics(Config config) {
    return new WireTopics(
        config.requestTopics(),
        config.get(ConfigKeys.CONTROL_TOPIC),
        config.get(ConfigKeys.COMPLETIONS_TOPIC),
        config.get(ConfigKeys.TIMINGS_TOPIC));
  }

  private static Map<String, Object> of(Config config, String ownPrefix) {
    Map<String, Object> settings = new HashMap<>();
    Map<String, Object> own = new HashMap<>();
    config
        .kafka()
        .forEach(
            (key, value) -> {
              if (key.startsWith(ownPrefix)) {
                own.put(key.substring(ownPrefix.length()), value);
              } else if (STREAMS_PREFIXES.stream().noneMatch(key::startsWith)) {
                settings.put(key, value);
              }
            });
    settings.putAll(own);
    return settings;
  }
}
