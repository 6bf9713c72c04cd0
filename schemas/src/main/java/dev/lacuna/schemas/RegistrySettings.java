package dev.lacuna.schemas;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A user's {@code schema.registry.*} settings, as Confluent's client and serializers want them.
 *
 * <p>Every setting is passed on, whether this class knows it or not. Confluent's classes read some
 * keys with the prefix and some without, so each {@code schema.registry.NAME} is given under both
 * names. What this class adds:
 *
 * <table>
 * <caption>Keys with a meaning here</caption>
 * <tr><th>key</th><th>becomes</th></tr>
 * <tr><td>{@code schema.registry.url}</td><td>the list of addresses, separated by commas; needed</td></tr>
 * <tr><td>{@code schema.registry.request.header.NAME}</td><td>HTTP header NAME of every request</td></tr>
 * <tr><td>{@code schema.registry.basic.auth.user.info}</td><td>{@code basic.auth.user.info}; also sets
 *     {@code basic.auth.credentials.source=USER_INFO} where the user names no source, since the
 *     client would ignore the credentials without a word</td></tr>
 * <tr><td>{@code schema.registry.bearer.auth.token}</td><td>{@code bearer.auth.token}; also sets
 *     {@code bearer.auth.credentials.source=STATIC_TOKEN} where the user names no source</td></tr>
 * <tr><td>{@code schema.registry.bearer.auth.credentials.source}</td><td>the same without prefix;
 *     STATIC_TOKEN or CUSTOM: the client's two OAuth sources can't load with Kafka 4</td></tr>
 * <tr><td>{@code schema.registry.ssl.*}</td><td>{@code schema.registry.ssl.*}; host names are verified
 *     ({@code ssl.endpoint.identification.algorithm=https}) unless the user says otherwise: the
 *     client's own default is not to</td></tr>
 * <tr><td>{@code schema.registry.http.connect.timeout.ms}, {@code schema.registry.http.read.timeout.ms}</td>
 *     <td>the same without prefix; 10 000 ms if absent, where the client would wait a minute</td></tr>
 * <tr><td>any other {@code schema.registry.NAME}, such as {@code bearer.auth.*} or {@code proxy.*}</td>
 *     <td>{@code schema.registry.NAME} and {@code NAME}</td></tr>
 * </table>
 *
 * <p>Keys without the prefix are not looked at, so that a whole configuration may be given. The
 * values hold secrets: there is no {@code toString}.
 */
public final class RegistrySettings {

  /** Prefix of every setting that is passed on. */
  public static final String PREFIX = "schema.registry.";

  /** Key of the registry's addresses. */
  public static final String URL = PREFIX + "url";

  private static final String HEADER_PREFIX = "request.header.";
  private static final String BEARER_SOURCE = "bearer.auth.credentials.source";

  /** Confluent 7.7.0 builds these on internal classes of Kafka 3. */
  private static final Set<String> NEEDS_OLDER_KAFKA =
      Set.of("OAUTHBEARER", "SASL_OAUTHBEARER_INHERIT");

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "http.connect.timeout.ms", "10000",
          "http.read.timeout.ms", "10000",
          "ssl.endpoint.identification.algorithm", "https");

  /** Keys that Confluent's client casts, where it parses all others from text. */
  private static final Map<String, Function<String, Object>> NUMBERS =
      Map.of(
          "missing.id.cache.ttl.sec", Long::valueOf,
          "missing.version.cache.ttl.sec", Long::valueOf,
          "missing.schema.cache.ttl.sec", Long::valueOf,
          "missing.cache.size", Integer::valueOf,
          "bearer.auth.cache.expiry.buffer.seconds", Short::valueOf);

  private final List<String> urls;
  private final Map<String, String> headers = new HashMap<>();
  private final Map<String, Object> clientConfig = new HashMap<>();

  private RegistrySettings(List<String> urls, Map<String, String> named) {
    this.urls = urls;
    named.forEach(this::pass);
    clientConfig.put(URL, String.join(",", urls));
  }

  /**
   * Reads a user's settings.
   *
   * @param settings keys with the prefix; others are not looked at
   * @throws IllegalArgumentException if there is no address, a number is none, or the source of
   *     bearer tokens can't work
   */
  public static RegistrySettings of(Map<String, String> settings) {
    List<String> urls =
        Arrays.stream(settings.getOrDefault(URL, "").split(",", -1))
            .map(String::strip)
            .filter(url -> !url.isEmpty())
            .toList();
    if (urls.isEmpty()) {
      throw new IllegalArgumentException(
          URL + ": no address was given; set it to the registry's, such as http://localhost:8081");
    }
    Map<String, String> named = new HashMap<>(DEFAULTS);
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX) && !key.equals(URL)) {
            named.put(key.substring(PREFIX.length()), value);
          }
        });
    if (named.containsKey("basic.auth.user.info")) {
      named.putIfAbsent("basic.auth.credentials.source", "USER_INFO");
    }
    if (named.containsKey("bearer.auth.token")) {
      named.putIfAbsent(BEARER_SOURCE, "STATIC_TOKEN");
    }
    String bearer = named.get(BEARER_SOURCE);
    if (bearer != null && NEEDS_OLDER_KAFKA.contains(bearer)) {
      throw new IllegalArgumentException(
          "%s%s: '%s' needs classes that Kafka 4 no longer has; use STATIC_TOKEN or CUSTOM"
              .formatted(PREFIX, BEARER_SOURCE, bearer));
    }
    return new RegistrySettings(urls, named);
  }

  private void pass(String name, String value) {
    if (name.startsWith(HEADER_PREFIX)) {
      headers.put(name.substring(HEADER_PREFIX.length()), value);
    }
    Object passed = parse(name, value);
    clientConfig.put(name, passed);
    clientConfig.put(PREFIX + name, passed);
  }

  private static Object parse(String name, String value) {
    try {
      return NUMBERS.getOrDefault(name, text -> text).apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s%s: a whole number is needed, found '%s'".formatted(PREFIX, name, value), e);
    }
  }

  /** The registry's addresses, at least one. */
  public List<String> urls() {
    return urls;
  }

  /** Within which an address has to give a whole answer: both timeouts together. */
  Duration answerLimit() {
    return Duration.ofMillis(millis("http.connect.timeout.ms") + millis("http.read.timeout.ms"));
  }

  private long millis(String name) {
    try {
      return Integer.parseInt(String.valueOf(clientConfig.get(name)).strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s%s: a number of milliseconds is needed, found '%s'"
              .formatted(PREFIX, name, clientConfig.get(name)),
          e);
    }
  }

  /** HTTP headers of every request. */
  Map<String, String> headers() {
    return Map.copyOf(headers);
  }

  /** What Confluent's client and serializers are configured with. */
  Map<String, Object> clientConfig() {
    return Map.copyOf(clientConfig);
  }
}
