package dev.lacuna.worker.config;

import dev.lacuna.runtime.engine.api.EngineOptions;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The types that configuration keys are made of. */
final class ValueTypes {

  /** Kafka's legal resource names (topics, group ids used as topic prefixes). */
  private static final Pattern KAFKA_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private static final Pattern HOST_AND_PORT = Pattern.compile("[^\\s,]+:[0-9]{1,5}");
  private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda(:[0-9]{1,2})?");

  private ValueTypes() {}

  static ValueType<Integer> integer(int min, int max) {
    return new ValueType<>(
        "integer",
        "an integer from " + min + " to " + max,
        text -> number(text, min, max).map(Long::intValue));
  }

  /** Rows of a batch, or {@link EngineOptions#AUTO}. */
  static ValueType<Integer> slots() {
    return new ValueType<>(
        "choice",
        "auto, or an integer from 1 to " + EngineOptions.SLOTS_MAX,
        text ->
            text.equals("auto")
                ? Optional.of(EngineOptions.AUTO)
                : number(text, 1, EngineOptions.SLOTS_MAX).map(Long::intValue));
  }

  static ValueType<Long> bytes(long min, long max) {
    return new ValueType<>(
        "bytes", "a number of bytes from " + min + " to " + max, text -> number(text, min, max));
  }

  static ValueType<Duration> millis(long min, long max) {
    return new ValueType<>(
        "milliseconds",
        "a number of milliseconds from " + min + " to " + max,
        text -> number(text, min, max).map(Duration::ofMillis));
  }

  static ValueType<Boolean> bool() {
    return new ValueType<>(
        "boolean",
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  static ValueType<String> choice(String... options) {
    List<String> allowed = List.of(options);
    return new ValueType<>(
        "choice",
        "one of " + String.join(", ", allowed),
        text -> Optional.of(text).filter(allowed::contains));
  }

  static ValueType<String> kafkaName() {
    return text(
        "name",
        "1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-'",
        ValueTypes::isKafkaName);
  }

  /** Request topics, the first of them the default one; names all different. */
  static ValueType<List<TopicCap>> requestTopics() {
    return new ValueType<>(
        "list of topics",
        "a comma-separated list of topic or topic=cap, all topics different, each of 1 to 249 of the"
            + " characters a-z, A-Z, 0-9, '.', '_' and '-', caps from 1 to 1000000",
        ValueTypes::requestTopicsOf);
  }

  private static Optional<List<TopicCap>> requestTopicsOf(String text) {
    List<TopicCap> topics = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String entry : text.split(",", -1)) {
      int equals = entry.indexOf('=');
      String name = (equals < 0 ? entry : entry.substring(0, equals)).strip();
      Optional<Long> cap =
          equals < 0 ? Optional.empty() : number(entry.substring(equals + 1).strip(), 1, 1_000_000);
      if (!isKafkaName(name) || !names.add(name) || (equals >= 0 && cap.isEmpty())) {
        return Optional.empty();
      }
      topics.add(
          new TopicCap(
              name, cap.map(c -> OptionalInt.of(c.intValue())).orElse(OptionalInt.empty())));
    }
    return Optional.of(List.copyOf(topics));
  }

  private static boolean isKafkaName(String text) {
    return KAFKA_NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  static ValueType<String> anyText() {
    return text("text", "a text that is not empty", text -> !text.isEmpty());
  }

  static ValueType<String> servers() {
    return text(
        "list of host:port",
        "a comma-separated list of host:port",
        text ->
            Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .allMatch(server -> HOST_AND_PORT.matcher(server).matches()));
  }

  static ValueType<String> device() {
    return text("choice", "one of auto, cpu, cuda, cuda:N", text -> DEVICE.matcher(text).matches());
  }

  static ValueType<String> registryUrls() {
    return text(
        "list of URLs",
        "a comma-separated list of http://…, https://… or mock://… URLs",
        text -> Arrays.stream(text.split(",", -1)).map(String::strip).allMatch(ValueTypes::isUrl));
  }

  static ValueType<Path> path() {
    return new ValueType<>("path", "a path", ValueTypes::pathOf);
  }

  /** Folders by model name, in the order of the text. */
  static ValueType<Map<String, Path>> models() {
    return new ValueType<>(
        "list of folders",
        "a comma-separated list of folder or name=folder, all names different",
        ValueTypes::modelsOf);
  }

  private static Optional<Map<String, Path>> modelsOf(String text) {
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String entry : text.split(",", -1)) {
      int equals = entry.indexOf('=');
      Optional<Path> folder = pathOf(entry.substring(equals + 1).strip());
      Optional<String> name =
          equals >= 0
              ? Optional.of(entry.substring(0, equals).strip())
              : folder
                  .map(path -> path.toAbsolutePath().normalize().getFileName())
                  .map(Path::toString);
      if (folder.isEmpty()
          || name.filter(n -> !n.isEmpty()).isEmpty()
          || folders.put(name.get(), folder.get()) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(folders);
  }

  /** Weights by the value of a label. */
  static ValueType<Map<String, Double>> weights() {
    return new ValueType<>(
        "list of value=weight",
        "a comma-separated list of value=weight, all values different, each weight from "
            + EngineOptions.WEIGHT_MIN
            + " to "
            + EngineOptions.WEIGHT_MAX,
        ValueTypes::weightsOf);
  }

  private static Optional<Map<String, Double>> weightsOf(String text) {
    Map<String, Double> weights = new LinkedHashMap<>();
    for (String entry : text.split(",", -1)) {
      int equals = entry.lastIndexOf('=');
      String value = equals < 0 ? "" : entry.substring(0, equals).strip();
      Optional<Double> weight = weightOf(entry.substring(equals + 1).strip());
      if (value.isEmpty() || weight.isEmpty() || weights.put(value, weight.get()) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(weights);
  }

  private static Optional<Double> weightOf(String text) {
    try {
      double weight = Double.parseDouble(text);
      boolean allowed = weight >= EngineOptions.WEIGHT_MIN && weight <= EngineOptions.WEIGHT_MAX;
      return allowed ? Optional.of(weight) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> pathOf(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean isUrl(String text) {
    try {
      String scheme = URI.create(text).getScheme();
      return scheme != null && List.of("http", "https", "mock").contains(scheme);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static ValueType<String> text(String label, String bounds, Predicate<String> allowed) {
    return new ValueType<>(label, bounds, text -> Optional.of(text).filter(allowed));
  }

  private static Optional<Long> number(String text, long min, long max) {
    try {
      long value = Long.parseLong(text);
      return value < min || value > max ? Optional.empty() : Optional.of(value);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
