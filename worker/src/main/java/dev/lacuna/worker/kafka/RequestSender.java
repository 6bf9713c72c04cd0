package dev.lacuna.worker.kafka;

import dev.lacuna.schemas.RegistryWireClient;
import dev.lacuna.topology.intake.ControlIntake;
import dev.lacuna.topology.kafka.Right;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends requests and control records.
 *
 * <p>Threading: used by one thread; the producer's own thread counts acknowledgements.
 */
public final class RequestSender implements AutoCloseable {
  private final Map<String, Object> settings;
  private final Producer<byte[], byte[]> producer;
  private final RegistryWireClient wire;
  private final String requests;
  private final String control;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<KafkaFailure> failure = new AtomicReference<>();

  /**
   * Connects, to send requests to the first of the request topics.
   *
   * @param wire warmed up; stays the caller's
   */
  public RequestSender(Config config, RegistryWireClient wire) {
    this(config, wire, config.requestTopics().get(0));
  }

  /**
   * Connects.
   *
   * @param wire warmed up; stays the caller's
   * @param requests one of the request topics
   */
  public RequestSender(Config config, RegistryWireClient wire, String requests) {
    this.settings = ClientSettings.producer(config);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.wire = wire;
    this.requests = requests;
    this.control = config.get(ConfigKeys.CONTROL_TOPIC);
  }

  /** Sends a request; returns before it is acknowledged. */
  public void send(GenerationRequest request) {
    send(requests, request.getId(), wire.encodeRequest(requests, request));
  }

  /**
   * Asks for the cancellation of a request wherever it is: the task of its id remembers it if the
   * request is not there, and those of all other partitions get a copy, since a producer with
   * another partitioner may have put it there.
   *
   * @return to how many partitions it was sent
   */
  public int cancel(String id) {
    byte[] value = wire.encodeControl(control, new Control(id, ControlAction.CANCEL));
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    int partitions = partitions(control);
    int owner = BuiltInPartitioner.partitionForKey(key, partitions);
    for (int partition = 0; partition < partitions; partition++) {
      ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(control, partition, key, value);
      if (partition != owner) {
        record.headers().add(ControlIntake.COPY_HEADER, new byte[0]);
      }
      send(record);
    }
    return partitions;
  }

  private int partitions(String topic) {
    try {
      return producer.partitionsFor(topic).size();
    } catch (KafkaException e) {
      throw new KafkaFailure("the partitions of " + topic + " can't be told", e);
    }
  }

  /** Records that the cluster has. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /**
   * Waits until the cluster has everything.
   *
   * @throws KafkaFailure if it does not take a record
   */
  public void flush() {
    producer.flush();
    throwFailure();
  }

  private void send(String topic, String id, byte[] value) {
    send(new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
  private void send(ProducerRecord<byte[], byte[]> record) {
    throwFailure();
    try {
      producer.send(
          record,
          (metadata, exception) -> {
            if (exception == null) {
              acknowledged.incrementAndGet();
            } else {
              failure.compareAndSet(
                  null,
                  refused("a record was not taken by the cluster", record.topic(), exception));
            }
          });
    } catch (KafkaException e) {
      throw refused("a record can't be sent to " + record.topic(), record.topic(), e);
    }
  }

  private void throwFailure() {
    KafkaFailure first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private KafkaFailure refused(String tried, String topic, Exception cause) {
    return KafkaFailure.of(tried, cause, Right.onTopic(topic, AclOperation.WRITE), settings);
  }

  @Override
  public void close() {
    producer.close();
  }
}
