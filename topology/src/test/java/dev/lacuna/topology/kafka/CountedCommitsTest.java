package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class CountedCommitsTest {
  private final AtomicInteger woken = new AtomicInteger();
  private final CountedCommits commits = new CountedCommits(woken::incrementAndGet);
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Producer<byte[], byte[]> producer = commits.wrap(kafka);

  private void commit() {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("topic", new byte[] {1}, new byte[] {2}));
    producer.commitTransaction();
  }

  @Test
  void shouldCountEachTransactionWhenItIsCommitted() {
    producer.initTransactions();
    assertThat(commits.committed()).isZero();
    commit();
    assertThat(commits.committed()).isEqualTo(1);
    commit();
    assertThat(commits.committed()).isEqualTo(2);
    assertThat(woken).hasValue(2);
    assertThat(kafka.history()).as("it is the producer's work all the same").hasSize(2);
  }

  @Test
  void shouldNotCountWhenATransactionIsAborted() {
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("topic", new byte[] {1}, new byte[] {2}));
    producer.abortTransaction();
    assertThat(commits.committed()).isZero();
    assertThat(woken).hasValue(0);
  }

  @Test
  void shouldNotCountAndThrowTheSameWhenACommitFails() {
    producer.initTransactions();
    producer.beginTransaction();
    kafka.commitTransactionException = new KafkaException("fenced");
    assertThatThrownBy(producer::commitTransaction).isSameAs(kafka.commitTransactionException);
    assertThat(commits.committed()).isZero();
  }

  @Test
  void shouldCountForTheThreadThatCommittedAlone() throws InterruptedException {
    AtomicLong seen = new AtomicLong(-1);
    Thread other =
        new Thread(
            () -> {
              producer.initTransactions();
              commit();
              seen.set(commits.committed());
            });
    other.start();
    other.join();
    assertThat(seen).hasValue(1);
    assertThat(commits.committed()).isZero();
  }

  @Test
  void shouldBeThePausingSuppliersWhenAProducerIsAskedFor() {
    try (Producer<byte[], byte[]> made =
        new PausingClientSupplier(null, null, commits)
            .getProducer(
                Map.of(
                    "bootstrap.servers",
                    "127.0.0.1:1",
                    "transactional.id",
                    "t",
                    "max.block.ms",
                    "1"))) {
      assertThat(made).isNotInstanceOf(org.apache.kafka.clients.producer.KafkaProducer.class);
    }
  }
}
