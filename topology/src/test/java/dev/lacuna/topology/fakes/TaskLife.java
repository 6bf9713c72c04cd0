package dev.lacuna.topology.fakes;

import dev.lacuna.topology.GenerationProcessor;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathNoteCodec;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A task on one worker, with the cluster's transactions played by hand: what it forwards and stores
 * counts only once {@link #commit} is called, so that a crash can be shown without a broker.
 */
public final class TaskLife {
  private final TestParts parts;
  private final Committed committed;
  private final MockProcessorContext<byte[], byte[]> context;
  private final List<KeyValueStore<String, byte[]>> textStores = new ArrayList<>();
  private final List<KeyValueStore<byte[], byte[]>> byteStores = new ArrayList<>();
  private final GenerationProcessor processor;
  private int forwardsCommitted;

  /** A new owner of the task, on a worker of its own, with what was committed. */
  public TaskLife(TestParts parts, Committed committed) {
    this(parts, committed, committed.stored() == 0);
  }

  /**
   * A new owner of the task, on a worker of its own, with what was committed.
   *
   * @param ticked whether it reads its own tick at once
   */
  public TaskLife(TestParts parts, Committed committed, boolean ticked) {
    this.parts = parts;
    this.committed = committed;
    Properties config = new Properties();
    config.put("application.id", "test");
    config.put("bootstrap.servers", "nowhere:1");
    context =
        new MockProcessorContext<>(
            config, new TaskId(0, 3), new java.io.File(System.getProperty("java.io.tmpdir")));
    for (String name : List.of("pending", "progress", "cancellations", "deaths")) {
      textStores.add(store(name, Serdes.String()));
    }
    for (String name : List.of("undecoded", "completed")) {
      byteStores.add(store(name, Serdes.ByteArray()));
    }
    committed.fill(textStores, byteStores);
    processor = new GenerationProcessor(parts.parts());
    processor.init(context);
    if (ticked) {
      tick();
    }
  }

  private <K> KeyValueStore<K, byte[]> store(String name, Serde<K> keys) {
    KeyValueStore<K, byte[]> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    return store;
  }

  /** Initialises the same object again, over the stores as they are. */
  public void initAgain() {
    processor.init(context);
  }

  /** Closes the processor. */
  public void close() {
    processor.close();
  }

  /** Processes a request. */
  public void submit(GenerationRequest request) {
    process(
        "requests", WorkerDriver.utf8(request.getId()), FakeWire.encode(FakeWire.SCHEMA, request));
  }

  /** Processes a control record. */
  public void control(Control record) {
    process("control", WorkerDriver.utf8(record.getId()), FakeWire.encode(FakeWire.SCHEMA, record));
  }

  /** Processes the tick that it asked for: it is armed, and restored work is with the engine. */
  public void tick() {
    long number = parts.ticks.get(parts.ticks.size() - 1).number();
    process(
        "control",
        WorkerDriver.utf8(TickSender.KEY),
        null,
        new RecordHeaders().add(TickSender.NUMBER_HEADER, TickSender.bytes(number)));
  }

  /** Processes a tick that somebody else asked for: it is armed, and has not caught up. */
  public void strangeTick() {
    process("control", WorkerDriver.utf8(TickSender.KEY), null);
  }

  /** Processes the notes that a process left, in any order and number. */
  public void read(List<DeathNote> notes) {
    for (DeathNote note : notes) {
      process("control", WorkerDriver.utf8(TickSender.DEATH_KEY), DeathNoteCodec.encode(note));
    }
  }

  /** Processes any record. */
  public void process(String topic, byte[] key, byte[] value) {
    process(topic, key, value, new RecordHeaders());
  }

  /** Processes any record that stands at an offset. */
  public void process(String topic, byte[] key, byte[] value, long offset) {
    committed.nextOffset = offset;
    process(topic, key, value);
  }

  private void process(String topic, byte[] key, byte[] value, Headers headers) {
    context.setRecordMetadata(topic, 3, committed.nextOffset++);
    processor.process(new Record<>(key, value, FakeClock.START_MICROS / 1000, headers));
  }

  /** Lets every scheduled punctuator run once. */
  public void punctuate(Duration after) {
    parts.clock.advance(after);
    for (CapturedPunctuator punctuator : List.copyOf(context.scheduledPunctuators())) {
      if (!punctuator.cancelled()) {
        punctuator.getPunctuator().punctuate(parts.clock.epochMicros() / 1000);
      }
    }
  }

  /** Punctuators that are scheduled. */
  public long scheduled() {
    return context.scheduledPunctuators().stream().filter(one -> !one.cancelled()).count();
  }

  /** Whether the task has asked for a commit since the last one. */
  public boolean asksForCommit() {
    return context.committed();
  }

  /** Lets Kafka Streams see that a commit is asked for. */
  public void commitAsAsked() {
    context.resetCommit();
  }

  /** Everything forwarded since the last commit. */
  public int uncommittedForwards() {
    return context.forwarded().size() - forwardsCommitted;
  }

  /** Whether the stores hold what was last committed. */
  public boolean storesUntouched() {
    return committed.equalTo(textStores, byteStores);
  }

  /** Commits the transaction. */
  public void commit() {
    List<CapturedForward<? extends byte[], ? extends byte[]>> all = context.forwarded();
    for (CapturedForward<? extends byte[], ? extends byte[]> one :
        all.subList(forwardsCommitted, all.size())) {
      Output output = new Output(one.record().key(), one.record().value(), one.record().headers());
      switch (one.childName().orElseThrow()) {
        case Outbox.COMPLETIONS_SINK -> committed.completions.add(output.completion());
        case Outbox.TIMINGS_SINK -> committed.timings.add(output.timing());
        default -> committed.deadLetters.add(output);
      }
    }
    forwardsCommitted = all.size();
    committed.take(textStores, byteStores);
  }

  /** What the cluster keeps: the changelogs' contents and the topics' committed records. */
  public static final class Committed {
    public final List<GenerationCompletion> completions = new ArrayList<>();
    public final List<StepTiming> timings = new ArrayList<>();
    public final List<Output> deadLetters = new ArrayList<>();
    private final StoreContents contents = new StoreContents();
    private long nextOffset; // of all topics: no two records have the same

    private void take(
        List<KeyValueStore<String, byte[]>> stores,
        List<KeyValueStore<byte[], byte[]>> byteStores) {
      contents.take(stores, byteStores);
    }

    private void fill(
        List<KeyValueStore<String, byte[]>> stores,
        List<KeyValueStore<byte[], byte[]>> byteStores) {
      contents.fill(stores, byteStores);
    }

    private boolean equalTo(
        List<KeyValueStore<String, byte[]>> stores,
        List<KeyValueStore<byte[], byte[]>> byteStores) {
      StoreContents now = new StoreContents();
      now.take(stores, byteStores);
      return now.dump().equals(contents.dump());
    }

    /** The stores' contents as they are now, for an owner that is only looked at. */
    public Committed copy() {
      Committed copy = new Committed();
      copy.contents.takeFrom(contents);
      return copy;
    }

    /** Overwrites a stored value. */
    public void overwrite(String store, String key, byte[] value) {
      contents.put(store, key, value);
    }

    /** A stored value. */
    public byte[] value(String store, String key) {
      return contents.value(store, key);
    }

    /** Stored values over all stores. */
    public int stored() {
      return contents.dump().size();
    }
  }
}
