package dev.lacuna.topology.model;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.fakes.FakeClock;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/** One of the model's requests: the same id is always the same request. */
record Asked(Kind kind, int number) {

  /** A deadline that clocks of the model may or may not pass. */
  private static final long DEADLINE_MICROS = FakeClock.START_MICROS + 5_000_000;

  /** Schema id that a worker does not know until the registry has told it. */
  static final int LATE_SCHEMA = 2;

  /** Schema id of records that kill whoever decodes them. */
  private static final int DEADLY_SCHEMA = 3;

  private static final Map<String, GenerationCompletion> ALONE = new ConcurrentHashMap<>();

  /** Shapes that take different ways through the worker. */
  enum Kind {
    /** Four steps. */
    PLAIN,
    /** One step. */
    SHORT,
    /** Two samples, which end at different times. */
    SAMPLES,
    /** Its seed is drawn at intake. */
    UNSEEDED,
    /** Two passes. */
    LONG,
    /** Has a deadline. */
    DUE,
    /** Its schema is not known at first. */
    STRANGE,
    /** Kills the worker at its second step. */
    POISON,
    /** Kills the worker that decodes its record. */
    DEADLY
  }

  private static final long POISON_SEED = 1000;

  /** Seeds drawn at intake begin at the same number; steps tell the two apart. */
  private static final int POISON_STEPS = 3;

  /** Whether the worker dies of this step of a run. */
  static boolean kills(RunSpec spec, int step) {
    return spec.settings().seed() >= POISON_SEED
        && spec.settings().seed() < POISON_SEED + 100
        && spec.settings().steps() == POISON_STEPS
        && step == 2;
  }

  /** Whether the worker dies of decoding this value. */
  static boolean kills(byte[] value) {
    return ByteBuffer.wrap(value).getInt(1) == DEADLY_SCHEMA;
  }

  String id() {
    return kind.name().toLowerCase(Locale.ROOT) + number;
  }

  int partition() {
    return number % Kafka.PARTITIONS;
  }

  /** Where it is sent: the first numbers to the one topic, the others to the other. */
  TopicPartition topic() {
    return new TopicPartition(
        number < Kafka.PARTITIONS ? Kafka.REQUESTS : Kafka.EXPRESS, partition());
  }

  private GenerationRequest.Builder request() {
    int steps = kind == Kind.SHORT ? 1 : kind == Kind.POISON ? POISON_STEPS : 4;
    Sampling.Builder sampling = Sampling.newBuilder().setSteps(steps);
    if (kind != Kind.UNSEEDED) {
      sampling.setSeed((kind == Kind.POISON ? POISON_SEED : 7L) + number);
    }
    GenerationRequest.Builder request = Requests.request(id()).setSampling(sampling.build());
    switch (kind) {
      case SAMPLES -> request.setSamples(2);
      case DUE -> request.setDeadline(Instant.EPOCH.plusNanos(DEADLINE_MICROS * 1000));
      case LONG ->
          request.setDocument(
              List.of(
                  new Text("x".repeat(60)),
                  new Blank(4, null, BlankLength.EXACT),
                  new Text("y".repeat(20)),
                  new Blank(4, null, BlankLength.EXACT)));
      default -> {}
    }
    return request;
  }

  /** The record's value. */
  byte[] bytes() {
    int schema =
        switch (kind) {
          case STRANGE -> LATE_SCHEMA;
          case DEADLY -> DEADLY_SCHEMA;
          default -> FakeWire.SCHEMA;
        };
    return FakeWire.encode(schema, request().build());
  }

  /** What a worker that serves nothing else and is never disturbed answers under this seed. */
  GenerationCompletion alone(long seed) {
    return ALONE.computeIfAbsent(
        id() + "/" + seed,
        key -> {
          TestParts parts = new TestParts();
          TaskLife.Committed committed = new TaskLife.Committed();
          TaskLife task = new TaskLife(parts, committed);
          GenerationRequest.Builder request = request().setDeadline(null);
          request.getSampling().setSeed(seed);
          task.submit(request.build());
          parts.engine.finish();
          task.punctuate(TestParts.DRAIN_INTERVAL);
          task.commit();
          return committed.completions.get(0);
        });
  }
}
