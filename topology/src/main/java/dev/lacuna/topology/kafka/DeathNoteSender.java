package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathNoteCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the tasks what this worker's last life died of, before it takes any work: each note to the
 * control partition of the task that owns the suspect, again and again until all are acknowledged.
 * A note that arrives twice counts once.
 *
 * <p>Threading: {@link #send} blocks its caller; any thread may call {@link #close}.
 */
public final class DeathNoteSender implements AutoCloseable {
  private static final byte[] KEY = TickSender.DEATH_KEY.getBytes(StandardCharsets.UTF_8);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(DeathNoteSender.class);

  private final String controlTopic;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final Duration again;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Sends nothing yet.
   *
   * @param producers makes the idempotent producer, without transactions
   * @param again time between two tries
   */
  public DeathNoteSender(
      String controlTopic, Supplier<Producer<byte[], byte[]>> producers, Duration again) {
    this.controlTopic = controlTopic;
    this.producers = producers;
    this.again = again;
  }

  /**
   * Sends notes until all are acknowledged; false if this was closed before.
   *
   * @throws InterruptedException if the caller is interrupted
   */
  public boolean send(List<DeathNote> notes) throws InterruptedException {
    while (closed.getCount() > 0) {
      try (Closing producer = new Closing(producers.get())) {
        trySend(producer.it(), notes);
        return true;
      } catch (KafkaException | ExecutionException failed) {
        log.warn(
            "death notes were not acknowledged and are sent again notes={} topic={} reason={}",
            notes.size(),
            controlTopic,
            failed.toString());
      }
      if (closed.await(again.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  /** A producer that was told to give up is not waited for. */
  private record Closing(Producer<byte[], byte[]> it) implements AutoCloseable {
    @Override
    public void close() {
      it.close(CLOSE_MAX);
    }
  }

  private void trySend(Producer<byte[], byte[]> producer, List<DeathNote> notes)
      throws ExecutionException, InterruptedException {
    int partitions = producer.partitionsFor(controlTopic).size();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (DeathNote note : notes) {
      int partition = note.suspect().partition();
      if (partition < partitions) {
        byte[] value = DeathNoteCodec.encode(note);
        sent.add(producer.send(new ProducerRecord<>(controlTopic, partition, KEY, value)));
      } else {
        log.warn("a death note was dropped, its partition is gone suspect={}", note.suspect());
      }
    }
    producer.flush();
    for (Future<RecordMetadata> one : sent) {
      RecordMetadata unused = one.get();
    }
  }

  /** Ends a {@link #send} that goes on, at its next try. */
  @Override
  public void close() {
    closed.countDown();
  }
}
