package dev.lacuna.topology.deaths;

import dev.lacuna.topology.process.Budget;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathsCodec;
import dev.lacuna.topology.store.DeathsCodec.Death;
import dev.lacuna.topology.store.DeathsCodec.Remembered;
import dev.lacuna.topology.store.Suspect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deaths of workers that stand against what a task owns. A death counts once, however often its
 * note arrives, and whenever: it may come before its request (whose record is read again), and
 * after its answer (then it is forgotten in time). A death stands until a step beyond it is stored,
 * so nothing has to be written when a run gets on.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class Deaths {
  private static final Logger log = LoggerFactory.getLogger(Deaths.class);

  /** Far longer than a record takes to be read again. */
  public static final Duration RETENTION = Duration.ofHours(24);

  /** Requests and records remembered; notes are few, but whoever writes to control can send any. */
  static final int REMEMBERED_MAX = 10_000;

  /** Of the largest store entry, what one death takes at most: bounds how many are remembered. */
  private static final int DEATH_SHARE_BYTES = 32;

  private final TaskParts parts;
  private final KeyValueStore<String, byte[]> store;
  private final Map<String, Remembered> all = new LinkedHashMap<>();

  /** Over this store, which may hold deaths that an earlier owner counted. */
  public Deaths(TaskParts parts, KeyValueStore<String, byte[]> store) {
    this.parts = parts;
    this.store = store;
    try (KeyValueIterator<String, byte[]> stored = store.all()) {
      while (stored.hasNext()) {
        KeyValue<String, byte[]> next = stored.next();
        all.put(next.key, DeathsCodec.decode(next.value));
      }
    }
  }

  /** Counts a death, durably: the note is consumed in the transaction that stores it. */
  public void count(DeathNote note) {
    forgetPassed();
    String key = key(note.suspect());
    long requestMicros =
        note.suspect() instanceof Suspect.Request request ? request.requestMicros() : 0;
    Remembered before = all.get(key);
    List<Death> deaths = new ArrayList<>(before == null ? List.of() : before.deaths());
    boolean known =
        deaths.stream()
            .anyMatch(
                death -> death.number().equals(note.death()) && death.sample() == note.sample());
    if (known) {
      return;
    }
    deaths.add(new Death(note.death(), note.alone(), note.sample(), note.steps()));
    if (deaths.size() > parts.settings().limits().entryMaxBytes() / DEATH_SHARE_BYTES) {
      deaths.remove(0); // the oldest
    }
    long untilMicros =
        parts.clock().epochMicros() + TimeUnit.MILLISECONDS.toMicros(RETENTION.toMillis());
    put(key, new Remembered(requestMicros, untilMicros, deaths));
    parts.metrics().deathCounted();
    log.info("a worker died suspect={} alone={}", note.suspect(), note.alone());
  }

  private void put(String key, Remembered remembered) {
    all.remove(key); // so that it is the youngest
    all.put(key, remembered);
    store.put(key, DeathsCodec.encode(remembered));
    if (all.size() > REMEMBERED_MAX) {
      forget(all.keySet().iterator().next());
    }
  }

  /** Deaths that stand against a run of a request. */
  public StandingDeaths of(String id, long requestMicros, int sample, int storedSteps) {
    Remembered remembered = all.isEmpty() ? null : all.get(key(id, requestMicros));
    if (remembered == null) {
      return StandingDeaths.NONE;
    }
    int inCompany = 0;
    int solo = 0;
    for (Death death : remembered.deaths()) {
      if (death.sample() == sample && death.steps() >= storedSteps) {
        solo += death.alone() ? 1 : 0;
        inCompany += death.alone() ? 0 : 1;
      }
    }
    return new StandingDeaths(inCompany, solo);
  }

  /** Deaths that stand against a record: processes died while they read it. */
  public StandingDeaths ofReading(String topic, int partition, long offset) {
    Remembered remembered =
        all.isEmpty() ? null : all.get(key(new Suspect.Reading(partition, topic, offset)));
    if (remembered == null) {
      return StandingDeaths.NONE;
    }
    int solo = (int) remembered.deaths().stream().filter(Death::alone).count();
    return new StandingDeaths(remembered.deaths().size() - solo, solo);
  }

  /** The record is read no more. */
  public void forgetReading(String topic, int partition, long offset) {
    if (!all.isEmpty()) {
      forget(key(new Suspect.Reading(partition, topic, offset)));
    }
  }

  /** The request is answered. */
  public void forgetRequest(String id, long requestMicros) {
    if (!all.isEmpty()) {
      forget(key(id, requestMicros));
    }
  }

  private void forget(String key) {
    if (all.remove(key) != null) {
      store.delete(key);
    }
  }

  /** The oldest are first, but for what was restored: what is counted again moves to the end. */
  private void forgetPassed() {
    long nowMicros = parts.clock().epochMicros();
    Iterator<Map.Entry<String, Remembered>> oldest = all.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Remembered> one = oldest.next();
      if (one.getValue().untilMicros() > nowMicros) {
        return;
      }
      oldest.remove();
      store.delete(one.getKey());
    }
  }

  /** Whether no death is remembered. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * Forgets what is older than the retention, within the budget: deaths of requests that nobody
   * sends, and of records that were read in the end.
   *
   * @return whether some of it may be left
   */
  public boolean expire(Budget budget) {
    long nowMicros = parts.clock().epochMicros();
    for (Map.Entry<String, Remembered> one : List.copyOf(all.entrySet())) {
      if (budget.spent()) {
        return true;
      }
      if (one.getValue().untilMicros() <= nowMicros) {
        forget(one.getKey());
      }
    }
    return false;
  }

  /** Keys of records are told from keys of requests, which begin with a number. */
  private static String key(Suspect suspect) {
    if (suspect instanceof Suspect.Reading reading) {
      return TickSender.RESERVED_PREFIX + "read:" + reading.topic() + ":" + reading.offset();
    }
    Suspect.Request request = (Suspect.Request) suspect;
    return key(request.id(), request.requestMicros());
  }

  /** Of requests with one id, each has its own deaths. */
  private static String key(String id, long requestMicros) {
    return requestMicros + ":" + id;
  }
}
