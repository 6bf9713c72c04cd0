package dev.lacuna.topology.fakes;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.schemas.WireFormat;
import dev.lacuna.topology.partitions.PartitionCounts;
import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.ArmingRule;
import dev.lacuna.topology.process.CleanStop;
import dev.lacuna.topology.process.CommitPace;
import dev.lacuna.topology.process.ModelCatalog;
import dev.lacuna.topology.process.SchemaLookup;
import dev.lacuna.topology.process.SoloRuns;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.process.TopologySettings.DeadlineRefusal;
import dev.lacuna.topology.process.TopologySettings.Durability;
import dev.lacuna.topology.process.TopologySettings.IntakeRules;
import dev.lacuna.topology.process.TopologySettings.Limits;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.process.TopologySettings.RequestTopic;
import dev.lacuna.topology.process.TopologySettings.Topics;
import dev.lacuna.topology.process.WorkerMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** A process's parts, all fakes; fields are for tests to turn. */
public final class TestParts {
  public static final Topics TOPICS =
      new Topics(
          List.of(new RequestTopic("requests", 10), new RequestTopic("express", 5)),
          "control",
          "completions",
          "timings",
          "dead-letters");
  public static final Limits LIMITS = new Limits(20_000, 20_000, 1_000, 4);
  public static final Duration DRAIN_INTERVAL = Duration.ofMillis(50);
  public static final Duration COMMIT_GAP = Duration.ofMillis(100);
  public static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(3);
  public static final Duration CANCEL_RETENTION = Duration.ofMinutes(10);

  public final FakeClock clock;
  public final FakeEngine engine;
  public final FakeWire wire = new FakeWire();
  public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  public final AcceptedCounts accepted;
  public final CommitPace pace = new CommitPace(COMMIT_GAP);
  public final Map<String, GenerationModel> models = new HashMap<>();

  /** Why models can't be loaded, by name. */
  public final Map<String, String> unavailable = new HashMap<>();

  public final Map<Integer, SchemaFetch> schemas = new HashMap<>();
  public final List<Tick> ticks = new ArrayList<>();
  public Limits limits = LIMITS;
  public Durability durability = new Durability(CHECKPOINT_INTERVAL, 5, false);
  public IntakeRules intake =
      new IntakeRules(
          DeadlineRefusal.OFF,
          false,
          Duration.ZERO,
          Optional.empty(),
          Misplaced.ACCEPT,
          Duration.ofSeconds(30));
  public ArmingRule arming = ArmingRule.AFTER_A_RECORD;

  /** Ordered by a test to stop the worker cleanly. */
  public final CleanStop stop = new CleanStop();

  /** The fake one, unless a test wants the real one. */
  public WireFormat wireFormat = wire;

  /** The map above, unless a test wants the registry. */
  public SchemaLookup lookup = schemaId -> Optional.ofNullable(schemas.get(schemaId));

  /** Runs that are alone in this process. */
  public final SoloRuns soloRuns;

  /** What this process was in danger of when it died. */
  public final FakeFlightLog flightLog;

  /** Nothing known of any topic, unless a test tells. */
  public final PartitionCounts partitions = new PartitionCounts();

  private final Topics topics;
  private final WorkerMetrics metrics;
  private long nextSeed = 1000;

  /** A tick that was asked for. */
  public record Tick(int partition, long number, BooleanSupplier answered) {}

  /** One model, "demo", and the topics above. */
  public TestParts() {
    this(TOPICS);
  }

  /** One model, "demo". */
  public TestParts(Topics topics) {
    this(topics, new FakeClock());
  }

  private TestParts(Topics topics, FakeClock clock) {
    this(
        topics,
        clock,
        new FakeFlightLog(),
        new AcceptedCounts(topics.requests()),
        new SoloRuns(),
        Optional.empty());
  }

  private TestParts(
      Topics topics,
      FakeClock clock,
      FakeFlightLog flightLog,
      AcceptedCounts accepted,
      SoloRuns soloRuns,
      Optional<FakeEngine> engine) {
    this.topics = topics;
    this.clock = clock;
    this.flightLog = flightLog;
    this.soloRuns = soloRuns;
    this.engine = engine.orElseGet(() -> new FakeEngine(clock, flightLog));
    this.accepted = accepted;
    this.metrics = new WorkerMetrics(registry, accepted);
    models.put("demo", new FakeModel("demo", "fp-1", 4));
  }

  /** As another task of the same process sees them. */
  public TestParts ofAnotherTask() {
    TestParts other =
        new TestParts(topics, clock, flightLog, accepted, soloRuns, Optional.of(engine));
    other.durability = durability;
    return other;
  }

  /** The parts as of now. */
  public TaskParts parts() {
    return new TaskParts(
        new TopologySettings(
            topics,
            limits,
            "worker-1",
            "demo",
            DRAIN_INTERVAL,
            Duration.ofMillis(20),
            CANCEL_RETENTION,
            durability,
            intake),
        wireFormat,
        engine,
        flightLog,
        catalog(),
        clock,
        () -> nextSeed++,
        accepted,
        partitions,
        soloRuns,
        pace,
        (partition, number, answered) -> ticks.add(new Tick(partition, number, answered)),
        lookup,
        metrics,
        arming,
        stop);
  }

  private ModelCatalog catalog() {
    return new ModelCatalog() {
      @Override
      public Optional<GenerationModel> find(String name) {
        return Optional.ofNullable(models.get(name));
      }

      @Override
      public Set<String> names() {
        Set<String> names = new TreeSet<>(models.keySet());
        names.addAll(unavailable.keySet());
        return names;
      }

      @Override
      public Optional<String> unavailable(String name) {
        return Optional.ofNullable(unavailable.get(name));
      }
    };
  }

  /** Value of a counter; 0 if it never counted. */
  public double count(String name, String... tags) {
    Counter counter = registry.find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }
}
