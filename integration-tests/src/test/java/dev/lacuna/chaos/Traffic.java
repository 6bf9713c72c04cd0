package dev.lacuna.chaos;

import dev.lacuna.chaos.Cluster.Topics;
import dev.lacuna.field.FreshSchema;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends requests and what goes with them, and knows what must have become a dead letter: every
 * record that is neither a request sent for the first time nor a cancellation.
 *
 * <p>Threading: owned by the harness's thread, but for the schema that requests are written by; the
 * producer's thread adds places.
 */
final class Traffic implements AutoCloseable {
  private static final int UNKNOWN_SCHEMA_ID = 900_000;
  private final Topics topics;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaAvroSerializer avro = new KafkaAvroSerializer();
  private final Map<String, Order> sent = new LinkedHashMap<>();
  private final Set<String> doomed = ConcurrentHashMap.newKeySet();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final Random random;
  private volatile Exception failure; // set by the producer's thread
  private final AtomicReference<FreshSchema> schema = new AtomicReference<>();
  private final AtomicInteger written = new AtomicInteger(); // requests by that schema

  Traffic(Cluster cluster, Topics topics, long seed) {
    this.topics = topics;
    this.random = new Random(~seed);
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                cluster.broker().bootstrapServers(),
                "linger.ms",
                5,
                // With more, a batch that a leader still being elected refuses is overtaken by the
                // next, and the idempotent producer never gets out of OUT_OF_ORDER_SEQUENCE_NUMBER.
                "max.in.flight.requests.per.connection",
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    avro.configure(
        Map.of("schema.registry.url", cluster.registry().url(), "auto.register.schemas", true),
        false);
    avro.serialize(topics.control(), cancellation("x")); // while the registry is surely there
  }

  /** Requests sent, by the id of their completions. */
  Map<String, Order> sent() {
    return sent;
  }

  /** Places, as topic, partition and offset, of the records that must become dead letters. */
  Set<String> doomed() {
    return doomed;
  }

  /** From now on requests are written by this schema; any thread may say so. */
  void writeBy(FreshSchema fresh) {
    schema.set(fresh);
    written.set(0);
  }

  /** Requests written by the last of these schemas. */
  int written() {
    return written.get();
  }

  private byte[] write(Order order) {
    byte[] value = avro.serialize(topics.requests(), order.request());
    FreshSchema fresh = schema.get();
    if (fresh == null) {
      return value;
    }
    written.incrementAndGet();
    return fresh.write(value);
  }

  /** Sends what earlier orders left for later. */
  void sendLater() {
    while (!later.isEmpty()) {
      later.poll().run();
    }
  }

  /** Sends a request and what goes with it. */
  void send(Order order) {
    String id = order.request().getId();
    byte[] value = write(order);
    if (order.twist() == Order.Twist.CANCEL_BEFORE) {
      cancel(id);
    }
    if (order.twist() == Order.Twist.MISPLACED) {
      misplace(id, value, false);
    } else {
      put(topics.requests(), order.key(), value, false);
    }
    sent.put(id, order);
    switch (order.twist()) {
      case CANCEL_AFTER -> later.add(() -> cancel(id));
      case NULL_AFTER -> later.add(() -> put(topics.requests(), id, null, false));
      case TWICE -> put(topics.requests(), id, value, true);
      case AGAIN -> later.add(() -> put(topics.requests(), id, value, true));
      // What is sent on to the right partition by then stands behind the request: it is the copy.
      case SCATTERED -> later.add(() -> misplace(id, value, true));
      case HOSTILE -> hostile(id, value);
      default -> {}
    }
  }

  private static Control cancellation(String id) {
    return new Control(id, ControlAction.CANCEL);
  }

  private void cancel(String id) {
    put(topics.control(), id, avro.serialize(topics.control(), cancellation(id)), false);
  }

  private void hostile(String id, byte[] real) {
    String key = "hostile-" + id;
    byte[] bytes = new byte[1 + random.nextInt(200)];
    random.nextBytes(bytes);
    switch (random.nextInt(5)) {
      case 0 -> {
        bytes[0] = 1; // no magic byte
        put(topics.requests(), key, bytes, true);
      }
      case 1 -> put(topics.requests(), key, Arrays.copyOf(real, 6 + random.nextInt(8)), true);
      case 2 -> {
        int schemaId = UNKNOWN_SCHEMA_ID + random.nextInt(3);
        byte[] foreign = ByteBuffer.allocate(9).put((byte) 0).putInt(schemaId).array();
        put(topics.requests(), key, foreign, true);
      }
      case 3 -> put(topics.control(), key, null, true);
      default -> put(topics.control(), key, new byte[] {9, 9, 9}, true);
    }
  }

  /** Puts a request where a producer with another partitioner might. */
  private void misplace(String id, byte[] value, boolean deadLetter) {
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    int partitions = producer.partitionsFor(topics.requests()).size();
    int belongs = BuiltInPartitioner.partitionForKey(key, partitions);
    int partition = (belongs + 1 + random.nextInt(partitions - 1)) % partitions;
    put(new ProducerRecord<>(topics.requests(), partition, key, value), deadLetter);
  }

  private void put(String topic, String key, byte[] value, boolean deadLetter) {
    put(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value), deadLetter);
  }

  private void put(ProducerRecord<byte[], byte[]> record, boolean deadLetter) {
    producer.send(
        record,
        (metadata, failed) -> {
          if (failed != null) {
            failure = failed;
          } else if (deadLetter) {
            doomed.add(place(metadata.topic(), metadata.partition(), metadata.offset()));
          }
        });
  }

  static String place(String topic, int partition, long offset) {
    return topic + "-" + partition + "@" + offset;
  }

  /** Waits until the broker has everything that was sent. */
  void flush() {
    producer.flush();
    if (failure != null) {
      throw new AssertionError("the harness's own producer failed", failure);
    }
  }

  @Override
  public void close() {
    producer.close();
    avro.close();
  }
}
