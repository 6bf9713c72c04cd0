package dev.lacuna.topology.outbox;

import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Everything that a task forwards.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class Outbox {
  /** Sink of completions. */
  public static final String COMPLETIONS_SINK = "completions-sink";

  /** Sink of step timings. */
  public static final String TIMINGS_SINK = "timings-sink";

  /** Sink of dead letters. */
  public static final String DEAD_LETTERS_SINK = "dead-letters-sink";

  /** Sink of the control topic: what another task is to answer. */
  public static final String CONTROL_SINK = "control-sink";

  private static final String REQUESTS_SINK = "requests-sink-";

  /** The headers of a request that its timings carry (W3C trace context and baggage). */
  private static final Set<String> TRACE_HEADERS = Set.of("traceparent", "tracestate", "baggage");

  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  private final ProcessorContext<byte[], byte[]> context;
  private final TaskParts parts;
  private final TopologySettings settings;
  private final LogPace pace;
  private final CompletedIds completed;
  private boolean wantsCommit;
  private boolean waits; // for the pace

  /**
   * An outbox of one task.
   *
   * @param completed remembers the id of every completion
   */
  public Outbox(ProcessorContext<byte[], byte[]> context, TaskParts parts, CompletedIds completed) {
    this.context = context;
    this.parts = parts;
    this.completed = completed;
    this.settings = parts.settings();
    this.pace = new LogPace(parts.clock());
  }

  /** Forwards a completion under its id, made to fit. */
  public void completion(GenerationCompletion completion, List<HeaderEntry> headers) {
    completion(utf8(completion.getId()), completion, headers);
  }

  /** Forwards a completion under a key, made to fit. */
  public void completion(byte[] key, GenerationCompletion completion, List<HeaderEntry> headers) {
    FittedAnswer answer =
        FittedAnswer.of(
            key,
            completion,
            headers,
            settings.limits().completionMaxBytes(),
            c -> parts.wire().encodeCompletion(settings.topics().completions(), c));
    forward(answer.key(), answer.value(), answer.headers(), COMPLETIONS_SINK);
    completed.remember(completion.getId());
    parts.metrics().completed(answer.completion().getStatus());
    wantsCommit = true;
  }

  /** Sink of a request topic: records that stand in another partition than their key's. */
  public static String requestsSink(String topic) {
    return REQUESTS_SINK + topic;
  }

  /**
   * Sends a record on to the partition of its topic in which its key belongs: the producer's own
   * partitioner is Kafka's. Only records that have not been sent on before.
   *
   * @return false if it would be too large for its topic
   */
  public boolean sendOn(InputRecord record) {
    boolean control = record.source() == Source.CONTROL;
    List<HeaderEntry> headers = Hop.from(record).after(record.headers());
    int maxBytes = control ? Hop.CONTROL_MAX_BYTES : settings.limits().deadLetterMaxBytes();
    return sendOn(
        record,
        record.key(),
        headers,
        control ? CONTROL_SINK : requestsSink(record.topic()),
        maxBytes);
  }

  /**
   * Sends a request whose key is not its id to the task of its id, by way of the control topic.
   *
   * @return false if it would be too large for that
   */
  public boolean sendToOwner(InputRecord record, String id) {
    List<HeaderEntry> headers =
        Hop.of(record).orElse(Hop.from(record)).after(Hop.headersOf(record), record.key());
    return sendOn(record, utf8(id), headers, CONTROL_SINK, Hop.CONTROL_MAX_BYTES);
  }

  private boolean sendOn(
      InputRecord record, byte[] key, List<HeaderEntry> headers, String sink, int maxBytes) {
    long valueBytes = record.value() == null ? 0 : record.value().length;
    if (RecordSize.of(key, valueBytes, headers) > maxBytes) {
      return false;
    }
    // Brokers refuse what is too far ahead of them or behind, and delete by age, and the worker's
    // clock may be wrong. The latest time of a record that the task has read is one that they took.
    long timestampMillis = Math.max(context.currentStreamTimeMs(), record.timestampMillis());
    context.forward(
        new Record<>(key, record.value(), timestampMillis, HeaderEntry.toHeaders(headers)), sink);
    wantsCommit = true;
    return true;
  }

  /** Something was stored that has to be committed before work goes on. */
  public void wantCommit() {
    wantsCommit = true;
  }

  /** Whether something waits for a commit that {@link #commitSoon} has not asked for yet. */
  public boolean wantsCommit() {
    return wantsCommit;
  }

  /** Asks for a commit if an answer or a mark waits for one and it is time. */
  public void commitSoon() {
    if (wantsCommit && parts.pace().grant(parts.clock().nanos())) {
      context.commit();
      wantsCommit = false;
    }
    waits(wantsCommit);
  }

  private void waits(boolean now) {
    if (waits != now) {
      waits = now;
      parts.pace().waitingChanged(now ? 1 : -1);
    }
  }

  /** The task is another owner's: what it wants is not waited for. */
  public void close() {
    waits(false);
  }

  /** Forwards a step timing with the trace headers of its request. */
  public void timing(StepTiming timing, List<HeaderEntry> requestHeaders) {
    byte[] value = parts.wire().encodeTiming(settings.topics().timings(), timing);
    List<HeaderEntry> headers =
        requestHeaders.stream().filter(header -> TRACE_HEADERS.contains(header.key())).toList();
    forward(utf8(timing.getId()), value, headers, TIMINGS_SINK);
    parts.metrics().timingForwarded();
  }

  /** Forwards a record to the dead letters. */
  public void deadLetter(InputRecord record, String code, String message) {
    tell(record, code, message);
    DeadLetter letter =
        DeadLetter.of(record, code, message, settings.limits().deadLetterMaxBytes());
    forward(letter.key(), letter.value(), letter.headers(), DEAD_LETTERS_SINK);
    parts.metrics().deadLetter(code);
  }

  private void tell(InputRecord record, String code, String message) {
    OptionalLong untold = pace.tell(code);
    Level level = untold.isPresent() ? Level.INFO : Level.DEBUG;
    log.atLevel(level)
        .log(
            "a record became a dead letter topic={} partition={} offset={} code={}"
                + " message={} sameCodeNotLogged={}",
            record.topic(),
            record.partition(),
            record.offset(),
            code,
            Clip.visible(message),
            untold.orElse(0));
  }

  private void forward(byte[] key, byte[] value, List<HeaderEntry> headers, String sink) {
    long timestampMillis = parts.clock().epochMicros() / 1000;
    context.forward(
        new Record<>(key, value, timestampMillis, HeaderEntry.toHeaders(headers)), sink);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
