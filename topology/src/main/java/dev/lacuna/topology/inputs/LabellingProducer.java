package dev.lacuna.topology.inputs;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * A producer of Kafka Streams that says of each offset in its transactions which topic it is of:
 * see {@link OffsetLabel}.
 *
 * <p>Threading: as the producer that it wraps.
 */
public final class LabellingProducer {
  private LabellingProducer() {}

  /** Wraps a producer. */
  @SuppressWarnings("unchecked")
  public static Producer<byte[], byte[]> wrap(Producer<byte[], byte[]> producer, TopicWatch watch) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            LabellingProducer.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("sendOffsetsToTransaction")) {
                arguments[0] = label((Map<TopicPartition, OffsetAndMetadata>) arguments[0], watch);
              }
              try {
                return method.invoke(producer, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private static Map<TopicPartition, OffsetAndMetadata> label(
      Map<TopicPartition, OffsetAndMetadata> offsets, TopicWatch watch) {
    Map<TopicPartition, OffsetAndMetadata> labelled = new HashMap<>(offsets);
    labelled.replaceAll(
        (partition, offset) ->
            watch.readUnder(partition).map(id -> OffsetLabel.put(offset, id)).orElse(offset));
    return labelled;
  }
}
