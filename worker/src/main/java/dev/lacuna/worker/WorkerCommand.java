package dev.lacuna.worker;

import dev.lacuna.console.Console;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.ParentWatch;
import dev.lacuna.console.command.StopSignals;
import dev.lacuna.runtime.natives.Natives;
import dev.lacuna.topology.GenerationWorker;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.models.ModelSet;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna worker}: works until it is told to stop or can't go on. */
@Command(
    name = "worker",
    description = {
      "Answers requests from Kafka until SIGTERM or Ctrl-C.",
      "Workers with the same application.id share the partitions. Start as many as you like."
    })
public final class WorkerCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(WorkerCommand.class);

  /** How often the main thread looks whether the worker has stopped by itself. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Console console;
  private final StopSignals signals;

  @Mixin private ConfigOptions options;

  @Option(
      names = "--with-parent",
      hidden = true,
      description = "Ends at once when standard input ends. For a process that starts workers.")
  private boolean withParent;

  /** Prints on a console and says how it is stopped. */
  public WorkerCommand(Console console, StopSignals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!options.wantsJsonLog()) {
      return work(warning -> console.err().println("warning: " + Visible.of(warning)));
    }
    LogSetup.apply(LogSetup.JSON, "info"); // Nothing comes before it.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> log.error("a thread ended thread={}", thread.getName(), thrown));
    try {
      return work(log::warn);
    } catch (RuntimeException | Error e) {
      signals.awaitEndIfStopping();
      int status = e instanceof CommandFailure f ? f.exitStatus() : CommandFailure.FAILED;
      log.error(
          "{} exitStatus={}",
          e.getMessage() == null ? e.toString() : e.getMessage(),
          status,
          e instanceof CommandFailure ? null : e);
      throw CommandFailure.told(status);
    }
  }

  private Integer work(Consumer<String> warnings) throws InterruptedException {
    StartTimes times = StartTimes.sinceJvmStart();
    if (withParent) {
      ParentWatch.start(System.in, () -> {});
    }
    Config config = options.load(warnings);
    LogSetup.apply(config.get(ConfigKeys.LOG_FORMAT), config.get(ConfigKeys.LOG_LEVEL));
    LogSetup.identify(config.get(ConfigKeys.WORKER_ID), config.get(ConfigKeys.APPLICATION_ID));
    options.checkKafka(config);
    if (config.isSet(ConfigKeys.NATIVES_DIR)) {
      Natives.use(config.get(ConfigKeys.NATIVES_DIR));
    }
    Natives.orElse(config.get(ConfigKeys.STATE_DIR).resolve("natives"));
    times.reached("configuration");
    // Nobody knows of the worker yet, and threads may be within the runtime's native code.
    signals.onStopAtOnce(() -> log.info("the worker stopped before it began"));
    log.info("the worker loads models {}", config.get(ConfigKeys.MODEL_DIR));
    FaultInjection faults = FaultInjection.load();
    GenerationWorker worker =
        WorkerStart.prepare(
            config,
            quiet -> Accept.orUsage(ModelSet.load(config, quiet, faults::forwardPass)),
            faults.seams(),
            times);
    signals.onCleanStop(() -> stop(worker), () -> {});
    worker.start();
    log.info(
        "the worker started id={} application={}",
        config.get(ConfigKeys.WORKER_ID),
        config.get(ConfigKeys.APPLICATION_ID));
    if (worker.awaitReady()) {
      times.reached("assignment");
      log.info("ready millis={} {}", times.totalMillis(), times.parts());
    }
    while (!worker.awaitStopped(LOOK) && worker.failure().isEmpty()) {
      // Goes on until it is told to stop or fails.
    }
    signals.awaitEndIfStopping();
    worker.close();
    throw CommandFailure.failed(
        worker
            .failure()
            .map(failure -> "the worker stopped: " + failure)
            .orElse("the worker stopped without a failure of its own; its log says more"));
  }

  private static boolean stop(GenerationWorker worker) {
    log.info("the worker stops");
    boolean inOrder = worker.closeInOrder();
    log.info(
        "the worker stopped, the next owner continues accepted work forwardPasses={} deviceMicros={}",
        worker.engine().forwardPasses(),
        worker.engine().deviceClockMicros());
    return inOrder;
  }
}
