package dev.lacuna.topology;

import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.flight.Death;
import dev.lacuna.runtime.flight.MappedFlightLog;
import dev.lacuna.schemas.WireFormat;
import dev.lacuna.topology.deaths.DeathNotes;
import dev.lacuna.topology.host.HostFailure;
import dev.lacuna.topology.inputs.TaskTopics;
import dev.lacuna.topology.inputs.TopicWatch;
import dev.lacuna.topology.kafka.ControlProducer;
import dev.lacuna.topology.kafka.DeathNoteSender;
import dev.lacuna.topology.kafka.FailurePolicy;
import dev.lacuna.topology.kafka.KafkaTickSender;
import dev.lacuna.topology.kafka.PausingClientSupplier;
import dev.lacuna.topology.kafka.SchemaResolver;
import dev.lacuna.topology.kafka.StaleState;
import dev.lacuna.topology.kafka.StreamsSettings;
import dev.lacuna.topology.partitions.PartitionCounts;
import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.CleanStop;
import dev.lacuna.topology.process.CommitPace;
import dev.lacuna.topology.process.ModelCatalog;
import dev.lacuna.topology.process.SoloRuns;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.process.WorkerClock;
import dev.lacuna.topology.process.WorkerMetrics;
import dev.lacuna.topology.store.DeathNote;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: the topology on Kafka Streams, with its tick sender and schema resolver.
 *
 * <p>Threading: any thread may call any method; a close from two threads happens once.
 */
public final class GenerationWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GenerationWorker.class);

  private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration SCHEMA_BACK_OFF = Duration.ofMillis(250);

  /** Costs what Kafka Streams' own commit interval costs, if there is an answer each time. */
  private static final Duration COMMIT_GAP = Duration.ofMillis(100);

  /** For the end of stream threads that owe nothing; commits and leaving the group take less. */
  private static final Duration IDLE_CLOSE_MAX = Duration.ofSeconds(3);

  private static final int REPLACEMENTS_MAX = 5;
  private static final Duration REPLACEMENTS_WINDOW = Duration.ofMinutes(5);

  /** How long a topic that is gone is waited for: who makes it again does so soon. */
  private static final Duration MISSING_TOPIC_MAX = Duration.ofSeconds(30);

  private final StreamsConfig config;
  private final GenerationEngine engine;
  private final MappedFlightLog flightLog;
  private final AcceptedCounts accepted;
  private final KafkaTickSender ticks;
  private final DeathNoteSender deathNotes;
  private final SchemaResolver schemas;
  private final FailurePolicy failures;
  private final TopicWatch topics;
  private final CleanStop stop = new CleanStop();
  private final Duration shutdownTimeout;
  private final List<AutoCloseable> closedLast;
  private final KafkaStreams streams;
  private final CountDownLatch readyOrStopped = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean wasRunning;
  private boolean closed;

  /**
   * Assembles a worker; talks to nothing yet.
   *
   * @param kafka Kafka settings in Kafka's names, at least {@code bootstrap.servers} and {@code
   *     application.id}
   * @param flightLog the engine's; what an earlier life left in it is told before this one begins
   * @param registry takes the worker's metrics
   * @param seams where tests put faults in
   * @param shutdownTimeout how long a {@link #close} may take
   * @param closedLast what the worker was made of; closed in this order once its threads have ended
   * @throws dev.lacuna.topology.process.StartupException if a Kafka setting would break the
   *     guarantees
   * @throws dev.lacuna.runtime.natives.NativesException if RocksDB's library can't be used here
   */
  public GenerationWorker(
      TopologySettings settings,
      Map<String, ?> kafka,
      WireFormat wire,
      GenerationEngine engine,
      MappedFlightLog flightLog,
      ModelCatalog models,
      MeterRegistry registry,
      WorkerSeams seams,
      Duration shutdownTimeout,
      List<AutoCloseable> closedLast) {
    this.engine = engine;
    this.shutdownTimeout = shutdownTimeout;
    this.closedLast = closedLast;
    this.flightLog = flightLog;
    this.config = StreamsSettings.config(kafka, settings);
    WorkerClock clock = seams.clock();
    accepted = new AcceptedCounts(settings.topics().requests());
    WorkerMetrics metrics = new WorkerMetrics(registry, accepted);
    ticks =
        new KafkaTickSender(
            settings.topics().control(), () -> ControlProducer.of(config), TICK_INTERVAL, metrics);
    deathNotes =
        new DeathNoteSender(
            settings.topics().control(), () -> ControlProducer.of(config), TICK_INTERVAL);
    schemas =
        new SchemaResolver(
            wire::fetchSchema, SCHEMA_BACK_OFF, settings.intake().schemaPatience(), clock::nanos);
    topics = watch(settings);
    failures =
        new FailurePolicy(
            REPLACEMENTS_MAX, REPLACEMENTS_WINDOW, clock::nanos, metrics, inputs(topics));
    PartitionCounts partitions = new PartitionCounts();
    SecureRandom random = new SecureRandom();
    CommitPace pace = new CommitPace(COMMIT_GAP);
    TaskParts parts =
        new TaskParts(
            settings,
            wire,
            engine,
            flightLog,
            seams.models().apply(models),
            clock,
            random::nextLong,
            accepted,
            partitions,
            new SoloRuns(),
            pace,
            ticks,
            schemas,
            metrics,
            seams.arming(),
            stop);
    streams =
        new KafkaStreams(
            GenerationTopology.build(parts, seams.stores()),
            config,
            new PausingClientSupplier(accepted, partitions, pace, metrics, topics, stop));
    streams.setUncaughtExceptionHandler(thrown -> failures.handle(HostFailure.orSelf(thrown)));
    streams.setStateListener((now, before) -> stateChanged(now));
  }

  private void stateChanged(KafkaStreams.State now) {
    if (now == KafkaStreams.State.RUNNING) {
      wasRunning = true;
      readyOrStopped.countDown();
    } else if (now.hasCompletedShutdown()) {
      readyOrStopped.countDown();
      stopped.countDown();
    }
  }

  private TopicWatch watch(TopologySettings settings) {
    String group = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    return new TopicWatch(
        TaskTopics.of(settings.topics(), group),
        StreamsSettings.bootstrapServers(config),
        group,
        () -> Admin.create(config.getAdminConfigs("lacuna-topics")));
  }

  private static FailurePolicy.InputTopics inputs(TopicWatch topics) {
    return new FailurePolicy.InputTopics() {
      @Override
      public List<String> awaitMissing() {
        return topics.awaitInputs(MISSING_TOPIC_MAX);
      }

      @Override
      public List<String> problems() {
        return topics.problems();
      }
    };
  }

  /**
   * Joins the group and works, unless it was closed; {@link
   * dev.lacuna.topology.startup.ClusterChecks#prepare} comes before. First it tells what the last
   * worker in this state folder died of, which waits for the broker as long as it takes.
   */
  public void start() {
    if (tellDeath()) { // Without the lock: a close ends it.
      join();
    }
  }

  private synchronized void join() {
    if (closed) {
      return;
    }
    Path stores =
        Path.of(
            config.getString(StreamsConfig.STATE_DIR_CONFIG),
            config.getString(StreamsConfig.APPLICATION_ID_CONFIG));
    if (StaleState.in(stores, Instant.now())) {
      log.info(
          "the local stores are old, they are wiped and restored from their"
              + " changelogs path={}",
          stores);
      streams.cleanUp();
    }
    topics.start();
    streams.start();
  }

  /**
   * Tells the owners of what was in danger when the last worker in this state folder died, if it
   * did. Waits for the broker as long as it takes.
   *
   * @return false if the worker was closed, or the caller interrupted, before all was told
   */
  private boolean tellDeath() {
    Optional<Death> death = flightLog.death();
    if (death.isPresent()) {
      List<DeathNote> notes = DeathNotes.of(death.get());
      log.warn("the last worker in this state folder died at work suspects={}", notes.size());
      try {
        if (!deathNotes.send(notes)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // whoever interrupts wants it to end
        return false;
      }
    }
    flightLog.begin();
    return true;
  }

  /** Whether it works: it has run once, is running or rebalancing, and nothing has failed. */
  public boolean ready() {
    return wasRunning && works();
  }

  /** Waits until all tasks run for the first time; false if the worker stopped before. */
  public boolean awaitReady() throws InterruptedException {
    readyOrStopped.await();
    return wasRunning;
  }

  /** What stopped the worker or its engine, if something did. */
  public Optional<Throwable> failure() {
    return failures.failure().or(engine::failure);
  }

  /** Accepted work of this process. */
  public AcceptedCounts accepted() {
    return accepted;
  }

  /** What runs the requests. */
  public GenerationEngine engine() {
    return engine;
  }

  /** Waits until Kafka Streams has stopped, for whatever reason; false if the time ran out. */
  public boolean awaitStopped(Duration timeout) throws InterruptedException {
    return stopped.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Stops cleanly: runs stop at their next step boundary, what they did is published, stored and
   * committed, and accepted work goes on from there with the next owner. A device that hangs or a
   * rebalance holds this up no longer than the timeout; what could not be stored is repeated. A
   * worker none of whose tasks is at work, since they restore or wait, owes nothing: a broker that
   * doesn't answer holds it up for a moment only.
   *
   * @return false if the time ran out before stream threads had ended that owed something, or the
   *     worker was closed before
   */
  public boolean close(Duration timeout) {
    deathNotes.close(); // Without the lock, which a start holds.
    topics.stopLooking(); // A stream thread may wait for a topic.
    return closeOnce(timeout);
  }

  private synchronized boolean closeOnce(Duration timeout) {
    if (closed) {
      return false;
    }
    closed = true;
    long begun = System.nanoTime();
    boolean owed = stop.anyOwes();
    suspendAll(timeout.multipliedBy(3).dividedBy(4));
    Duration left = timeout.minusNanos(System.nanoTime() - begun);
    if (!owed && left.compareTo(IDLE_CLOSE_MAX) > 0) {
      left = IDLE_CLOSE_MAX;
    }
    boolean ended = streams.close(closeOptions(left.isNegative() ? Duration.ZERO : left));
    if (!ended) {
      log.warn(
          owed
              ? "the stream threads did not end in time, accepted work is kept timeout={}"
              : "the stream threads wait for a broker and are left; no task was at work timeout={}",
          owed ? timeout : left);
    }
    ticks.close();
    topics.close();
    schemas.close();
    closedLast.forEach(GenerationWorker::closeQuietly);
    return ended || !owed;
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("a part of the worker could not be closed part={}", part, e);
    }
  }

  /** Stops cleanly within the configured time; false if it ran out, or it was closed before. */
  public boolean closeInOrder() {
    return close(shutdownTimeout);
  }

  /** Lets tasks store how far they are; Kafka Streams' close then commits it. */
  private void suspendAll(Duration limit) {
    accepted.close();
    stop.order();
    try {
      int owing = stop.await(limit, this::works);
      if (owing > 0) {
        log.warn(
            "steps of some tasks were not stored, the next owner repeats them tasks={}", owing);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever interrupts wants no waiting
    }
  }

  private boolean works() {
    return streams.state().isRunningOrRebalancing() && failure().isEmpty();
  }

  /**
   * Leaves the group at once, so that others take over now and not after the session timeout, which
   * also holds up a restart. A static member stays: its restart is expected.
   */
  private CloseOptions closeOptions(Duration timeout) {
    boolean isStatic = config.originals().containsKey("group.instance.id");
    return CloseOptions.groupMembershipOperation(
            isStatic
                ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                : CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
        .withTimeout(timeout);
  }

  @Override
  public void close() {
    closeInOrder();
  }
}
