package dev.lacuna.chaos;

import dev.lacuna.chaos.Cluster.Topics;
import dev.lacuna.it.CommittedReader;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;

/**
 * Reads the public topics of one application from their beginning, read_committed, and keeps what
 * it saw by id. Knows nothing of the workers.
 *
 * <p>Threading: owns one thread, which reads; any thread may ask.
 */
final class Oracle implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration REGISTRY_LIMIT = Duration.ofMinutes(2);
  private static final String DEAD = "lacuna.dead.";

  private final Topics topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaAvroDeserializer avro = new KafkaAvroDeserializer();
  private final Map<String, Seen> seen = new HashMap<>();

  /** Dead letters by the place of their record, each with its code and where it is. */
  private final Map<String, List<String>> deadLetters = new TreeMap<>();

  /** When a timing of a worker was last seen, by its id. */
  private final Map<String, Long> steppedNanos = new HashMap<>();

  private final Thread thread;
  private volatile boolean closing;
  private volatile Throwable failure;
  private volatile long lastNanos = System.nanoTime();
  private int answered;

  Oracle(Cluster cluster, Topics topics) {
    this.topics = topics;
    avro.configure(
        Map.of("schema.registry.url", cluster.registry().url(), "specific.avro.reader", true),
        false);
    consumer =
        CommittedReader.fromBeginning(
            cluster.broker().bootstrapServers(),
            List.of(topics.completions(), topics.timings(), topics.deadLetters()));
    thread = new Thread(this::read, "chaos-oracle-" + topics.completions());
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try {
      while (!closing) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record, decoded(record));
        }
      }
    } catch (Throwable e) {
      failure = e;
    } finally {
      consumer.close();
      avro.close();
    }
  }

  /** Decodes a record; the registry, which is asked once a schema, may be away just then. */
  private Object decoded(ConsumerRecord<byte[], byte[]> record) {
    long end = System.nanoTime() + REGISTRY_LIMIT.toNanos();
    while (!record.topic().equals(topics.deadLetters())) {
      try {
        return avro.deserialize(record.topic(), record.value());
      } catch (SerializationException e) {
        if (!(e.getCause() instanceof IOException) || System.nanoTime() > end) {
          throw e;
        }
        Pause.of(POLL);
      }
    }
    return null;
  }

  private synchronized void take(ConsumerRecord<byte[], byte[]> record, Object decoded) {
    lastNanos = System.nanoTime();
    String place = Traffic.place(record.topic(), record.partition(), record.offset());
    if (record.topic().equals(topics.deadLetters())) {
      deadLetters
          .computeIfAbsent(origin(record), key -> new ArrayList<>())
          .add(header(record, DEAD + "code") + " at " + place);
    } else if (record.topic().equals(topics.completions())) {
      GenerationCompletion completion = (GenerationCompletion) decoded;
      Seen one = seen.computeIfAbsent(completion.getId(), id -> new Seen());
      answered += one.completions().isEmpty() ? 1 : 0;
      one.completion(completion, place);
    } else {
      StepTiming timing = (StepTiming) decoded;
      steppedNanos.put(timing.getWorkerId(), lastNanos);
      seen.computeIfAbsent(timing.getId(), id -> new Seen()).timing(timing, place);
    }
  }

  private static String origin(ConsumerRecord<byte[], byte[]> record) {
    return Traffic.place(
        header(record, DEAD + "topic"),
        Integer.parseInt(header(record, DEAD + "partition")),
        Long.parseLong(header(record, DEAD + "offset")));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "-1" : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Ids that have a completion. */
  synchronized int answered() {
    checkReading();
    return answered;
  }

  /** The same ids. */
  synchronized Set<String> answeredIds() {
    return seen.entrySet().stream()
        .filter(one -> !one.getValue().completions().isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Whether a timing of this worker was seen within a time. */
  synchronized boolean steps(String workerId, Duration within) {
    Long last = steppedNanos.get(workerId);
    return last != null && System.nanoTime() - last < within.toNanos();
  }

  /** Records whose dead letter was seen. */
  synchronized int deadLetterCount() {
    return deadLetters.size();
  }

  /** Starts {@link #quiet} anew. */
  void heardNothingSinceNow() {
    lastNanos = System.nanoTime();
  }

  /** Time since a record was seen. */
  Duration quiet() {
    checkReading();
    return Duration.ofNanos(System.nanoTime() - lastNanos);
  }

  private void checkReading() {
    if (failure != null) {
      throw new AssertionError("the oracle can't read", failure);
    }
  }

  /** What was seen, by id; once nothing more comes. */
  synchronized Map<String, Seen> seen() {
    return new HashMap<>(seen);
  }

  /** Dead letters by the place of their record; once nothing more comes. */
  synchronized Map<String, List<String>> deadLetters() {
    return new TreeMap<>(deadLetters);
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join();
  }
}
