package dev.lacuna.worker.kafka;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the records of dead letters again, each letter once: a record and the mark that it was sent
 * are in one transaction. One sender of an application works at a time; the next takes over from
 * it, and then what the last one had not committed is undone.
 *
 * <p>Threading: used by one thread.
 */
public final class LetterSender implements AutoCloseable {
  /** How long readers may have to wait behind a sender that was killed. */
  private static final int TRANSACTION_TIMEOUT_MILLIS = 15_000;

  /** The broker decides what is too large: what stood in its topics was not. */
  private static final int REQUEST_MAX_BYTES = 256 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(LetterSender.class);

  private final Producer<byte[], byte[]> producer;
  private final Map<String, Integer> partitions = new HashMap<>();
  private long sent;

  /** A letter whose record the cluster did not take, and why. */
  public record Refused(StoredLetter letter, String why) {}

  /**
   * Connects, and takes over from another sender of this application.
   *
   * @throws KafkaFailure if the cluster can't be reached or refuses
   */
  public LetterSender(Config config) {
    String id = transactionalId(config);
    producer =
        new KafkaProducer<>(
            settings(config, id), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close();
      throw new KafkaFailure(
          "dead letters can't be sent again under the transactional id " + id, e);
    }
  }

  /** Two senders of one application have one id, so that the cluster lets only one work. */
  private static String transactionalId(Config config) {
    return config.get(ConfigKeys.APPLICATION_ID) + "-dead-letters-retry";
  }

  private static Map<String, Object> settings(Config config, String id) {
    Map<String, Object> settings = ClientSettings.producer(config);
    settings.put("transactional.id", id);
    settings.put("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS);
    settings.put("delivery.timeout.ms", TRANSACTION_TIMEOUT_MILLIS);
    settings.put("request.timeout.ms", 10_000);
    settings.put("linger.ms", 5);
    settings.put("max.request.size", REQUEST_MAX_BYTES);
    settings.put("buffer.memory", (long) REQUEST_MAX_BYTES);
    return settings;
  }

  /**
   * Sends the records of these letters in one transaction, to the topics they came from, each in
   * the partition of its key as Kafka's own clients choose it; without a key in the one it stood
   * in. They get the time of this sending.
   *
   * @param letters few and small enough that they are sent within seconds
   * @return those that the cluster refuses; the others are committed
   * @throws KafkaFailure if the cluster can't be reached, or another sender has taken over; the
   *     marks tell the next sender whether these were sent
   */
  public List<Refused> send(List<StoredLetter> letters) {
    Optional<KafkaException> failed = transaction(letters);
    if (failed.isEmpty()) {
      sent += letters.size();
      return List.of();
    }
    KafkaException e = failed.get();
    if (!isRecordsOwnFault(e)) {
      throw failure(e);
    }
    if (letters.size() == 1) {
      return List.of(new Refused(letters.get(0), e.getMessage()));
    }
    List<Refused> refused = new ArrayList<>();
    letters.forEach(letter -> refused.addAll(send(List.of(letter))));
    return refused;
  }

  /** What went wrong, if anything did; then nothing of it is committed. */
  private Optional<KafkaException> transaction(List<StoredLetter> letters) {
    AtomicReference<Exception> first = new AtomicReference<>();
    try {
      Map<StoredLetter, Integer> where = new HashMap<>();
      letters.forEach(letter -> where.put(letter, partition(letter)));
      producer.beginTransaction();
      for (StoredLetter letter : letters) {
        later(
            new ProducerRecord<>(
                letter.source(),
                where.get(letter),
                letter.key(),
                letter.value(),
                letter.headersToSend()),
            first);
        later(letter.mark(), first);
      }
      producer.commitTransaction();
      return Optional.empty();
    } catch (KafkaException e) {
      KafkaException cause = first.get() instanceof KafkaException told ? told : e;
      abort();
      return Optional.of(cause);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A commit fails if a record of it does.
  private void later(ProducerRecord<byte[], byte[]> record, AtomicReference<Exception> first) {
    producer.send(
        record,
        (metadata, failed) -> {
          if (failed != null) {
            first.compareAndSet(null, failed);
          }
        });
  }

  /** Not the producer's own choice, which settings may have changed. */
  private Integer partition(StoredLetter letter) {
    int count =
        partitions.computeIfAbsent(letter.source(), topic -> producer.partitionsFor(topic).size());
    return letter.key() == null
        ? letter.sourcePartition().filter(stood -> stood < count).orElse(null)
        : Integer.valueOf(Utils.toPositive(Utils.murmur2(letter.key())) % count);
  }

  private static boolean isRecordsOwnFault(KafkaException e) {
    return e instanceof RecordTooLargeException || e instanceof InvalidRecordException;
  }

  private void abort() {
    try {
      producer.abortTransaction(); // else readers wait until its timeout
    } catch (KafkaException | IllegalStateException alreadyUndone) {
      LOG.debug("the open transaction was not there any more", alreadyUndone);
    }
  }

  /** Letters whose records were sent and committed. */
  public long sent() {
    return sent;
  }

  private KafkaFailure failure(KafkaException e) {
    String before = "; before that " + sent + " were sent again, each once";
    boolean takenOver =
        e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    return takenOver
        ? new KafkaFailure(
            "another `lacuna dead-letters retry` of this application has taken over, or the cluster"
                + " did not answer for "
                + TRANSACTION_TIMEOUT_MILLIS / 1000
                + " s"
                + before)
        : new KafkaFailure(
            "the cluster did not take the records"
                + before
                + "; call it again, it finds what was committed",
            e);
  }

  @Override
  public void close() {
    producer.close();
  }
}
