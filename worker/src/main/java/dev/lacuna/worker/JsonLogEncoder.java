package dev.lacuna.worker;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.status.Status;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;
import org.slf4j.helpers.MessageFormatter;

/**
 * One JSON object a line. Its keys are stable: {@code timestamp} (ISO 8601, UTC, milliseconds),
 * {@code level}, {@code logger}, {@code thread}, {@code worker} and {@code application} once they
 * are known, {@code message}, then what the message says as {@code key=value} at its end, each
 * under its key, and for exceptions {@code exception} and {@code stackTrace}.
 *
 * <p>Not logback's own: that has values within the message alone, nests and repeats what is thrown,
 * and knows no fields of the process.
 *
 * <p>Threading: any thread may encode; {@link #identify} comes before or between.
 */
final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  /** One {@code key={}} of a message, or a place of it for a value without a key. */
  private static final Pattern PLACE = Pattern.compile("(?:([A-Za-z][A-Za-z0-9.]*)=)?\\{\\}");

  /** The pairs at a message's end, and values among them that are pairs themselves. */
  private static final Pattern TAIL =
      Pattern.compile("(?:[\\s,]*[A-Za-z][A-Za-z0-9.]*=\\{\\}(?:\\s+\\{\\})*)+\\s*$");

  /** A value that is a list of pairs with numbers, such as the parts of a time. */
  private static final Pattern PAIRS =
      Pattern.compile("[A-Za-z][A-Za-z0-9.]*=[0-9]+(?: [A-Za-z][A-Za-z0-9.]*=[0-9]+)*");

  /** A value under one of these keys gets an underscore. */
  private static final Set<String> OWN =
      Set.of(
          "timestamp",
          "level",
          "logger",
          "thread",
          "worker",
          "application",
          "message",
          "exception",
          "stackTrace");

  private final ThrowableProxyConverter stackTraces = new ThrowableProxyConverter();
  private volatile Map<String, String> process = Map.of();

  @Override
  public void start() {
    stackTraces.setContext(getContext());
    stackTraces.setOptionList(List.of("full"));
    stackTraces.start();
    super.start();
  }

  /** Says whose log it is, for all lines that follow. */
  void identify(String worker, String application) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("worker", worker);
    fields.put("application", application);
    process = fields;
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Map<String, Object> line =
        begin(
            event.getInstant() == null
                ? Instant.ofEpochMilli(event.getTimeStamp())
                : event.getInstant(),
            event.getLevel().toString(),
            event.getLoggerName(),
            event.getThreadName());
    addMessage(line, event);
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        add(line, pair.key, pair.value);
      }
    }
    Map<String, String> mdc = event.getMDCPropertyMap();
    if (mdc != null) {
      mdc.forEach((key, value) -> add(line, key, value));
    }
    if (event.getThrowableProxy() != null) {
      line.put("exception", event.getThrowableProxy().getClassName());
      line.put("stackTrace", stackTraces.convert(event));
    }
    return bytes(line);
  }

  /** The same for what logback says of itself. */
  byte[] encode(Status status) {
    Map<String, Object> line =
        begin(
            Instant.ofEpochMilli(status.getTimestamp()),
            status.getLevel() == Status.ERROR ? "ERROR" : "WARN",
            "ch.qos.logback",
            Thread.currentThread().getName());
    line.put("message", status.getMessage());
    if (status.getThrowable() != null) {
      line.put("exception", status.getThrowable().getClass().getName());
      line.put("stackTrace", String.valueOf(status.getThrowable()));
    }
    return bytes(line);
  }

  private Map<String, Object> begin(Instant time, String level, String logger, String thread) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("timestamp", TIME.format(time));
    line.put("level", level);
    line.put("logger", logger);
    line.put("thread", thread);
    line.putAll(process);
    return line;
  }

  private static void addMessage(Map<String, Object> line, ILoggingEvent event) {
    String message = event.getMessage();
    Object[] values = event.getArgumentArray();
    if (message == null || values == null) {
      line.put("message", message);
      return;
    }
    int end = endOfText(message, values);
    line.put(
        "message", MessageFormatter.arrayFormat(message.substring(0, end), values).getMessage());
    Matcher place = PLACE.matcher(message);
    for (int i = 0; place.find() && i < values.length; i++) {
      if (place.group(1) != null) {
        add(line, place.group(1), values[i]);
      } else if (place.start() >= end) {
        for (String pair : String.valueOf(values[i]).split(" ", -1)) {
          String[] parts = pair.split("=", 2);
          add(line, parts[0], Long.parseLong(parts[1]));
        }
      }
    }
  }

  /** Where the pairs begin that have fields of their own and need not stand in the message. */
  private static int endOfText(String message, Object[] values) {
    Matcher tail = TAIL.matcher(message);
    if (!tail.find()) {
      return message.length();
    }
    Matcher place = PLACE.matcher(message);
    for (int i = 0; place.find(); i++) {
      boolean bare = place.group(1) == null && place.start() >= tail.start();
      if (i >= values.length || (bare && !PAIRS.matcher(String.valueOf(values[i])).matches())) {
        return message.length();
      }
    }
    return tail.start();
  }

  private static void add(Map<String, Object> line, String key, Object value) {
    boolean plain = value == null || value instanceof Number || value instanceof Boolean;
    line.put(OWN.contains(key) ? key + "_" : key, plain ? value : text(value));
  }

  private static String text(Object value) {
    try {
      return value instanceof Object[] array ? List.of(array).toString() : String.valueOf(value);
    } catch (RuntimeException e) {
      return value.getClass().getName() + " that can't be shown";
    }
  }

  private static byte[] bytes(Map<String, Object> line) {
    try {
      return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // Texts, numbers and booleans alone.
    }
  }
}
