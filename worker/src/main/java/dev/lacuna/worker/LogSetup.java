package dev.lacuna.worker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusListener;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Form and level of the log, which goes to standard error. */
public final class LogSetup {
  /** The format with one JSON object a line. */
  static final String JSON = "json";

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg %kvp%n";

  /** Loggers that say more than a person can use. */
  private static final Map<String, Level> QUIET =
      Map.of(
          "ai.djl",
          Level.ERROR,
          "org.apache.kafka",
          Level.WARN,
          "io.confluent",
          Level.WARN,
          // Logs a stack trace for what is thrown as an exception too.
          "io.confluent.kafka.schemaregistry.client.rest.RestService",
          Level.OFF,
          // The same, at each try, for a schema that anybody has registered.
          "io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider",
          Level.OFF,
          // Kafka Streams' own assignor under our name: as much as it says under its own.
          "dev.lacuna.topology.inputs.ServedPartitionsAssignor",
          Level.WARN,
          // Warns of the settings that the worker itself fixes.
          "org.apache.kafka.streams.StreamsConfig",
          Level.ERROR);

  private static volatile JsonLogEncoder json; // of the format in use, null if that is plain

  private LogSetup() {}

  /** What logback has to say of itself is a line like all others. */
  private static void tell(JsonLogEncoder encoder, Status status) {
    if (status.getLevel() >= Status.WARN) {
      byte[] line = encoder.encode(status);
      System.err.write(line, 0, line.length);
      System.err.flush();
    }
  }

  /**
   * Replaces what logback.xml set up.
   *
   * @param format {@code plain} or {@code json}
   * @param level least severe level of this project's own events
   */
  public static void apply(String format, String level) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder(format, context));
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    QUIET.forEach((name, least) -> context.getLogger(name).setLevel(least));
    context.getLogger("dev.lacuna").setLevel(Level.toLevel(level));
  }

  /** Errors alone: for commands that tell of everything else themselves. */
  public static void errorsOnly() {
    apply("plain", "error");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
    context.getLogger("io.confluent").setLevel(Level.ERROR);
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.ERROR);
  }

  /** Says whose log it is; every line in JSON has it from then on. */
  public static void identify(String worker, String application) {
    JsonLogEncoder encoder = json;
    if (encoder != null) {
      encoder.identify(worker, application);
    }
  }

  private static Encoder<ILoggingEvent> encoder(String format, LoggerContext context) {
    if (format.equals(JSON)) {
      JsonLogEncoder encoder = new JsonLogEncoder();
      encoder.setContext(context);
      encoder.start();
      context.getStatusManager().add((StatusListener) status -> tell(encoder, status));
      json = encoder;
      return encoder;
    }
    json = null;
    PatternLayoutEncoder plain = new PatternLayoutEncoder();
    plain.setContext(context);
    plain.setPattern(PATTERN);
    plain.start();
    return plain;
  }
}
