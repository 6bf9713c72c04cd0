package dev.lacuna.topology.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The producer of ticks and death notes: idempotent, outside all transactions, quick to give up.
 */
public final class ControlProducer {

  private ControlProducer() {}

  /** A producer for the control topic; the caller closes it. */
  public static Producer<byte[], byte[]> of(StreamsConfig config) {
    Map<String, Object> settings = new HashMap<>(config.getProducerConfigs("lacuna-control"));
    settings.remove("transactional.id");
    settings.remove("transaction.timeout.ms");
    settings.put("enable.idempotence", true);
    settings.put("acks", "all");
    settings.put("linger.ms", 0);
    // Ticks and death notes are sent again every second: give up early, so that nothing hangs.
    settings.put("max.block.ms", 1_000);
    settings.put("request.timeout.ms", 1_000);
    settings.put("delivery.timeout.ms", 2_000);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
