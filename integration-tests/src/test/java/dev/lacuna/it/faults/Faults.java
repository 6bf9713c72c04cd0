package dev.lacuna.it.faults;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.topology.WorkerSeams;
import dev.lacuna.topology.process.ArmingRule;
import dev.lacuna.topology.process.ModelCatalog;
import dev.lacuna.topology.process.WorkerClock;
import dev.lacuna.worker.FaultInjection;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * The faults of the integration tests, in a worker process that a test has started. Without the
 * system properties there are none.
 *
 * <ul>
 *   <li>{@value #FOLDER}: a folder in which the test switches faults on and off while the process
 *       runs, a file each: see {@link SwitchedClock}, {@link FailingDevice}, {@link FailingStores}.
 *   <li>{@value #ARMING}: {@code off} lets tasks write before they have processed a record, so that
 *       a test can show that it would notice.
 *   <li>{@value #STEP_MILLIS}: how long every forward pass takes at least, so that a small model is
 *       as busy as a large one and leaves the processor to other workers.
 *   <li>{@value #DEADLY_TOKENS}: canvases from so many tokens on end the process.
 *   <li>{@value #DEADLY_GROUP}: {@code true} lets them end all processes of its group.
 *   <li>{@value #DEADLY_TEXT}: documents with this text end the process that lays them out.
 * </ul>
 *
 * <p>Threading: made before the process has a second thread; what it hands out says for itself.
 */
public final class Faults implements FaultInjection {
  /** System property: the folder of the switches. */
  public static final String FOLDER = "lacuna.faults.folder";

  /** System property: {@code off} switches the arming of tasks off. */
  public static final String ARMING = "lacuna.faults.arming";

  /** System property: least duration of a forward pass, ms. */
  public static final String STEP_MILLIS = "lacuna.faults.step.millis";

  /** System property: a canvas of so many tokens ends the process, see {@link DeadlyCanvas}. */
  public static final String DEADLY_TOKENS = "lacuna.faults.deadly.tokens";

  /** System property: whether such a canvas ends the process's group, see {@link SuddenEnd}. */
  public static final String DEADLY_GROUP = "lacuna.faults.deadly.group";

  /** System property: a text that ends the process, see {@link DeadlyDocuments}. */
  public static final String DEADLY_TEXT = "lacuna.faults.deadly.text";

  private final String folder = System.getProperty(FOLDER);

  @Override
  public ForwardPass forwardPass(String model, ForwardPass real) {
    SuddenEnd end = Boolean.getBoolean(DEADLY_GROUP) ? SuddenEnd.GROUP : SuddenEnd.PROCESS;
    ForwardPass deadly =
        new DeadlyCanvas(real, Integer.getInteger(DEADLY_TOKENS, Integer.MAX_VALUE), end);
    ForwardPass paced = new PacedDevice(deadly, Long.getLong(STEP_MILLIS, 0));
    return folder == null ? paced : new FailingDevice(paced, Path.of(folder));
  }

  @Override
  public WorkerSeams seams() {
    ArmingRule arming =
        "off".equals(System.getProperty(ARMING)) ? processed -> true : ArmingRule.AFTER_A_RECORD;
    String deadly = System.getProperty(DEADLY_TEXT);
    UnaryOperator<ModelCatalog> models =
        deadly == null ? UnaryOperator.identity() : real -> new DeadlyDocuments(real, deadly);
    if (folder == null) {
      return new WorkerSeams(WorkerClock.system(), arming, UnaryOperator.identity(), models);
    }
    FailingStores stores = new FailingStores(Path.of(folder));
    return new WorkerSeams(new SwitchedClock(Path.of(folder)), arming, stores::wrap, models);
  }
}
