package dev.lacuna.it;

import dev.lacuna.wire.GenerationRequest;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Topics, producer, workers and oracle of one test on the shared broker and registry.
 *
 * <p>Threading: owned by the test's thread.
 */
public final class Pipeline implements AutoCloseable {

  public final Topics topics;
  public final String applicationId;
  public final Admin admin;
  private static final Duration LEADERS = Duration.ofSeconds(30);

  private final Servers servers;
  private final String bootstrapServers;
  private final Path folder;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaAvroSerializer avro = new KafkaAvroSerializer();
  private volatile Exception sendFailure; // set by the producer's thread
  private final List<AutoCloseable> opened = new ArrayList<>();

  public Pipeline(String name, int partitions, Path model) throws Exception {
    this(name, partitions, model, Servers.shared().bootstrapServers(), 1);
  }

  /**
   * A pipeline on other brokers than the shared one.
   *
   * @param replicas of each topic; of three, two must be in sync
   */
  public Pipeline(String name, int partitions, Path model, String bootstrapServers, int replicas)
      throws Exception {
    servers = Servers.shared();
    this.bootstrapServers = bootstrapServers;
    topics = Topics.of(name);
    applicationId = name;
    folder = Files.createDirectories(servers.folder().resolve(name));
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    admin
        .createTopics(
            Stream.of(
                    topics.requests(),
                    topics.control(),
                    topics.completions(),
                    topics.timings(),
                    topics.deadLetters())
                .map(
                    topic ->
                        new NewTopic(topic, partitions, (short) replicas)
                            .configs(
                                Map.of("min.insync.replicas", Integer.toString(replicas / 2 + 1))))
                .toList())
        .all()
        .get();
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "linger.ms",
                5,
                // With more, a batch that a leader still being elected refuses is overtaken by the
                // next, and the idempotent producer never gets out of OUT_OF_ORDER_SEQUENCE_NUMBER.
                "max.in.flight.requests.per.connection",
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    avro.configure(
        Map.of("schema.registry.url", servers.registryUrl(), "auto.register.schemas", true), false);
    defaults(model, replicas);
    for (String topic : List.of(topics.requests(), topics.control())) {
      await("every partition of " + topic + " has a leader", LEADERS, () -> hasLeaders(topic));
    }
  }

  private void defaults(Path model, int replicas) {
    set("bootstrap.servers", bootstrapServers);
    set("schema.registry.url", servers.registryUrl());
    set("schemas.auto.register", "true");
    set("application.id", applicationId);
    set("requests.topics", topics.requests());
    set("control.topic", topics.control());
    set("completions.topic", topics.completions());
    set("timings.topic", topics.timings());
    set("dead.letters.topic", topics.deadLetters());
    set("topics.replication.factor", Integer.toString(replicas));
    set("model.dir", model.toString());
    set("checkpoint.device.ms", "300");
    set("kafka.session.timeout.ms", "6000");
    set("kafka.heartbeat.interval.ms", "1000");
  }

  /** Value of {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Sets a key of the workers' configuration; before they start. */
  public Pipeline set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Starts a worker with a state folder and an id of its own. */
  public WorkerProcess worker(String id, String... jvmOptions) throws IOException {
    Path config = config(id);
    WorkerProcess worker =
        WorkerProcess.start(config, folder.resolve(id + ".log"), List.of(jvmOptions));
    opened.add(worker);
    return worker;
  }

  /** The same in a process group of its own, as a container's. */
  public WorkerProcess groupWorker(String id, String... jvmOptions) throws IOException {
    Path config = config(id);
    WorkerProcess worker =
        WorkerProcess.startInGroup(config, folder.resolve(id + ".log"), List.of(jvmOptions));
    opened.add(worker);
    return worker;
  }

  /** Writes the configuration file of one worker. */
  public Path config(String id) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put("worker.id", id);
    all.putIfAbsent("state.dir", folder.resolve("state-" + id).toString());
    return Files.writeString(
        folder.resolve(id + ".properties"),
        all.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining("\n", "", "\n")));
  }

  public void send(List<GenerationRequest> requests) {
    requests.forEach(request -> send(request.getId(), encode(request)));
    flush();
  }

  public byte[] encode(GenerationRequest request) {
    return avro.serialize(topics.requests(), request);
  }

  public void send(String key, byte[] value) {
    send(topics.requests(), key, value);
  }

  public void send(String topic, String key, byte[] value) {
    send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  public void send(ProducerRecord<byte[], byte[]> record) {
    send(record, stands -> {});
  }

  /** Sends a record; the producer's thread tells where it stands once the broker has it. */
  public void send(ProducerRecord<byte[], byte[]> record, Consumer<RecordMetadata> stands) {
    producer.send(
        record,
        (metadata, failed) -> {
          if (failed != null) {
            sendFailure = failed;
          } else {
            stands.accept(metadata);
          }
        });
  }

  /** Waits until the broker has everything that was sent. */
  public void flush() {
    producer.flush();
    if (sendFailure != null) {
      throw new AssertionError("the test's own producer failed", sendFailure);
    }
  }

  public byte[] encode(String topic, Object record) {
    return avro.serialize(topic, record);
  }

  public Answers answers() {
    Answers answers = new Answers(bootstrapServers, servers.registryUrl(), topics);
    opened.add(answers);
    return answers;
  }

  /** Request records read and committed by the workers, over all partitions. */
  public long committedRequests() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata().get();
    return offsets.entrySet().stream()
        .filter(e -> e.getKey().topic().equals(topics.requests()) && e.getValue() != null)
        .mapToLong(e -> e.getValue().offset())
        .sum();
  }

  /** Right after a topic was made a broker may not know of it yet, which is no fault. */
  private boolean hasLeaders(String topic) throws Exception {
    try {
      return endOffsets(topic) >= 0;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }

  /** Records that a topic holds, transaction markers included. */
  public long endOffsets(String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> query =
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
            .collect(
                Collectors.toMap(
                    p -> new TopicPartition(topic, p.partition()), p -> OffsetSpec.latest()));
    return admin.listOffsets(query).all().get().values().stream()
        .mapToLong(info -> info.offset())
        .sum();
  }

  /** Polls until the condition holds. */
  public static void await(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
      }
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(50_000_000L);
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
    producer.close();
    avro.close();
    admin.close();
  }
}
