package dev.lacuna.field;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** Where producers put a record by its key: Java's, and those that hash in a way of their own. */
public enum ForeignPartitioner {
  /** Kafka's own, and {@code murmur2_random} of librdkafka. */
  MURMUR2 {
    @Override
    public int of(byte[] key, int partitions) {
      return BuiltInPartitioner.partitionForKey(key, partitions);
    }
  },

  /** {@code consistent_random}, the default of librdkafka, kcat and what is built on them. */
  CRC32 {
    @Override
    public int of(byte[] key, int partitions) {
      CRC32 crc = new CRC32();
      crc.update(key);
      return (int) (crc.getValue() % partitions);
    }
  },

  /** The default of Sarama: FNV-1a of 32 bits, as a signed number, without its sign. */
  FNV1A {
    @Override
    public int of(byte[] key, int partitions) {
      int hash = 0x811c9dc5;
      for (byte next : key) {
        hash = (hash ^ (next & 0xff)) * 0x01000193;
      }
      return Math.abs(hash % partitions);
    }
  };

  /** The partition of a key. */
  public abstract int of(byte[] key, int partitions);

  /** A record as such a producer sends it. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, int partitions, String key, byte[] value) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, of(bytes, partitions), bytes, value);
  }
}
