package dev.lacuna.chaos;

import dev.lacuna.chaos.Cluster.Topics;
import dev.lacuna.it.CommittedReader;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathNoteCodec;
import dev.lacuna.topology.store.Suspect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads the death notes that workers send to the control topic, and sends them again: late, twice,
 * after the answer, and to tasks whom they don't concern; and notes of deaths that nobody died.
 *
 * <p>Threading: owns one thread, which reads; any thread may call any method, those that send take
 * turns.
 */
final class NoteEcho implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final byte[] KEY = TickSender.DEATH_KEY.getBytes(StandardCharsets.UTF_8);

  /** Notes that one fault sends again. */
  private static final int COPIES_MAX = 200;

  /** Ids that one fault slanders. */
  private static final int IDS_MAX = 8;

  /** More deaths alone than any worker tries. */
  private static final int DEATHS = 6;

  private final Topics topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int partitions;
  private final Map<DeathNote, Integer> seen = new LinkedHashMap<>(); // partition by note
  private final Set<UUID> lies = new HashSet<>();
  private final Thread thread = new Thread(this::read, "chaos-notes");
  private volatile boolean closing;
  private volatile Throwable failure;
  private int sentAgain;
  private int forged;

  NoteEcho(Cluster cluster, Topics topics) {
    this.topics = topics;
    String bootstrapServers = cluster.broker().bootstrapServers();
    consumer = CommittedReader.fromBeginning(bootstrapServers, List.of(topics.control()));
    partitions = consumer.assignment().size();
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "max.in.flight.requests.per.connection", // see Traffic
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try {
      while (!closing) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (Arrays.equals(record.key(), KEY)) {
            saw(DeathNoteCodec.decode(record.value()), record.partition());
          }
        }
      }
    } catch (Throwable e) {
      failure = e;
    } finally {
      consumer.close();
    }
  }

  private synchronized void saw(DeathNote note, int partition) {
    if (!lies.contains(note.death())) {
      seen.putIfAbsent(note, partition);
    }
  }

  /** Different notes that workers sent. */
  synchronized int notes() {
    if (failure != null) {
      throw new AssertionError("death notes can't be read", failure);
    }
    return seen.size();
  }

  /** Deaths that they tell. */
  synchronized int deaths() {
    return (int) seen.keySet().stream().map(DeathNote::death).distinct().count();
  }

  /** Copies of notes that were sent. */
  synchronized int sentAgain() {
    return sentAgain;
  }

  /** Notes that were sent of deaths that nobody died. */
  synchronized int forged() {
    return forged;
  }

  /**
   * Sends the latest notes again, twice to whom they concern and once to another task, and notes
   * that must not count: of ids that nobody submits, of ids that are answered, and of a record that
   * nobody reads.
   *
   * @param answered ids that have their completion
   */
  synchronized void disturb(Set<String> answered, int draw) {
    Random random = new Random(draw);
    List<Map.Entry<DeathNote, Integer>> all = new ArrayList<>(seen.entrySet());
    all.subList(Math.max(0, all.size() - COPIES_MAX), all.size())
        .forEach(
            one -> {
              for (int copy = 0; copy <= 2; copy++) {
                send(one.getKey(), (one.getValue() + copy / 2) % partitions);
                sentAgain++;
              }
            });
    long micros = System.currentTimeMillis() * 1000;
    for (int i = 0; i < IDS_MAX; i++) {
      int partition = random.nextInt(partitions);
      String nobody = "stranger-" + random.nextInt(100);
      forge(new Suspect.Request(partition, nobody, micros), partition);
      forge(new Suspect.Reading(partition, topics.requests() + ".gone", i), partition);
    }
    List<String> ids = new ArrayList<>(answered);
    for (int i = 0; i < IDS_MAX && !ids.isEmpty(); i++) {
      String id = ids.remove(random.nextInt(ids.size()));
      int partition = partition(id);
      forge(new Suspect.Request(partition, id, micros), partition);
    }
    producer.flush();
  }

  /** Partition of a record with this key, as every client of Kafka's places it. */
  private int partition(String id) {
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  private void forge(Suspect suspect, int partition) {
    for (int death = 0; death < DEATHS; death++) {
      UUID number = UUID.randomUUID();
      lies.add(number);
      send(new DeathNote(number, suspect, true, 1, 0), partition);
      forged++;
    }
  }

  private void send(DeathNote note, int partition) {
    producer.send(
        new ProducerRecord<>(topics.control(), partition, KEY, DeathNoteCodec.encode(note)),
        (metadata, failed) -> {
          if (failed != null) {
            failure = failed;
          }
        });
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join();
    producer.close();
  }
}
