package dev.lacuna.worker.kafka;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
  /** Letters of one transaction: few enough that little is done again, after a kill. */
  private static final int PER_TRANSACTION = 100;

  /** How long readers may have to wait behind a sender that was killed. */
  private static final int TRANSACTION_TIMEOUT_MILLIS = 15_000;

  private static final Logger LOG = LoggerFactory.getLogger(LetterSender.class);

  private final Producer<byte[], byte[]> producer;
  private final Set<String> inputs;
  private int open;
  private long sent;

  /**
   * Connects, and takes over from another sender of this application.
   *
   * @throws KafkaFailure if the cluster can't be reached or refuses
   */
  public LetterSender(Config config) {
    Map<String, Object> settings = ClientSettings.producer(config);
    settings.put("transactional.id", config.get(ConfigKeys.APPLICATION_ID) + "-dead-letters-retry");
    settings.put("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    inputs = new HashSet<>(config.requestTopics());
    inputs.add(config.get(ConfigKeys.CONTROL_TOPIC));
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close();
      throw new KafkaFailure("dead letters can't be sent again", e);
    }
  }

  /** Why a letter can't be sent again, if it can't. */
  public Optional<String> obstacle(StoredLetter letter) {
    if (!inputs.contains(letter.source())) {
      return Optional.of("its source " + letter.source() + " is none of this application's inputs");
    }
    if (letter.cut().isPresent()) {
      return Optional.of("it was cut (" + letter.cut().get() + "): send the original again");
    }
    return letter.key() == null && letter.value() == null
        ? Optional.of("it has neither key nor value")
        : Optional.empty();
  }

  /**
   * Sends the record of a letter without an obstacle to where it came from, in the partition of its
   * key; a record without a key in the partition in which it stood. It is read as a new record.
   */
  public void send(StoredLetter letter, String lettersTopic) {
    try {
      if (open == 0) {
        producer.beginTransaction();
      }
      Integer partition = letter.key() == null ? letter.sourcePartition().orElse(null) : null;
      later(
          new ProducerRecord<>(
              letter.source(), partition, letter.key(), letter.value(), letter.headersToSend()));
      later(
          new ProducerRecord<>(
              lettersTopic,
              letter.partition(),
              letter.key(),
              null,
              new RecordHeaders()
                  .add(StoredLetter.RETRIED, StoredLetter.utf8(Long.toString(letter.offset())))));
      open++;
      if (open == PER_TRANSACTION) {
        commit();
      }
    } catch (KafkaException e) {
      throw failed(e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A commit fails if a record of it does.
  private void later(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  /** Commits what was sent. */
  public void commit() {
    if (open == 0) {
      return;
    }
    try {
      producer.commitTransaction();
    } catch (KafkaException e) {
      throw failed(e);
    }
    sent += open;
    open = 0;
  }

  /** Letters whose records were sent and committed. */
  public long sent() {
    return sent;
  }

  private KafkaFailure failed(KafkaException e) {
    boolean takenOver =
        e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    return takenOver
        ? new KafkaFailure(
            "another retry of this application has taken over; "
                + sent
                + " were sent again before that")
        : new KafkaFailure("after " + sent + " were sent again, one was not taken", e);
  }

  /** Undoes what is not committed. */
  @Override
  public void close() {
    try {
      if (open > 0) {
        producer.abortTransaction(); // else readers wait until its timeout
      }
    } catch (KafkaException alreadyUndone) {
      LOG.debug("the open transaction was not there any more", alreadyUndone);
    } finally {
      producer.close();
    }
  }
}
