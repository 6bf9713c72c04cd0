package dev.lacuna.topology.store;

import dev.lacuna.runtime.engine.RunProgress;
import dev.lacuna.topology.store.Progress.SampleProgress;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of a {@link Progress}. Version byte; first and last step, sum of batch rows (longs);
 * cancelled (byte); from version 3 on, which is written, begun (byte) and attempts (int); samples
 * (int), each of a head and, for every mask, its token (int) and confidence (float). The head is
 * from version 2 on: finished (byte), pass, steps of the pass done, steps done in all, masks
 * (ints); in version 1, of workers whose documents had one pass: pass (int), finished (byte), steps
 * done, masks (ints).
 *
 * <p>A version is never changed: a store outlives the worker that wrote it.
 */
public final class ProgressCodec {
  private static final String STORE = "progress";
  private static final int ONE_PASS = 1;
  private static final int ATTEMPTS = 3;
  private static final int VERSION = ATTEMPTS;
  private static final int HEAD_BYTES = 1 + 3 * Long.BYTES + 2 + 2 * Integer.BYTES;
  private static final int SAMPLE_BYTES = 1 + 4 * Integer.BYTES;
  private static final int ONE_PASS_SAMPLE_BYTES = 1 + 3 * Integer.BYTES;
  private static final int MASK_BYTES = Integer.BYTES + Float.BYTES;

  private ProgressCodec() {}

  /** Bytes of a progress of this shape: all have the same length. */
  public static long sizeBytes(int samples, int masks) {
    return HEAD_BYTES + samples * (SAMPLE_BYTES + (long) masks * MASK_BYTES);
  }

  /** Bytes of a progress. */
  public static byte[] encode(Progress progress) {
    BinaryWriter out = new BinaryWriter(VERSION);
    out.putLong(progress.firstStepMicros()).putLong(progress.lastStepMicros());
    out.putLong(progress.batchRowsSum()).putBoolean(progress.cancelled());
    out.putBoolean(progress.begun()).putInt(progress.attempts());
    out.putInt(progress.samples().size());
    for (SampleProgress sample : progress.samples()) {
      RunProgress run = sample.run();
      out.putBoolean(sample.finished());
      out.putInt(run.pass()).putInt(run.stepsDone()).putInt(run.stepsTotal());
      out.putInt(run.maskTokens().length);
      for (int i = 0; i < run.maskTokens().length; i++) {
        out.putInt(run.maskTokens()[i]).putFloat(run.confidences()[i]);
      }
    }
    return out.toBytes();
  }

  /**
   * The progress of these bytes.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static Progress decode(byte[] bytes) {
    BinaryReader in = new BinaryReader(STORE, ONE_PASS, VERSION, bytes);
    long firstStepMicros = in.getLong();
    long lastStepMicros = in.getLong();
    long batchRowsSum = in.getLong();
    boolean cancelled = in.getBoolean();
    boolean counted = in.version() >= ATTEMPTS;
    boolean begun = !counted || in.getBoolean(); // an older worker did not tell
    int attempts = counted ? in.getInt() : 0;
    boolean onePass = in.version() == ONE_PASS;
    int count = in.getCount(onePass ? ONE_PASS_SAMPLE_BYTES : SAMPLE_BYTES);
    List<SampleProgress> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      samples.add(onePass ? readOnePassSample(in) : readSample(in));
    }
    in.end();
    return new Progress(
        firstStepMicros, lastStepMicros, batchRowsSum, cancelled, begun, attempts, samples);
  }

  private static SampleProgress readSample(BinaryReader in) {
    boolean finished = in.getBoolean();
    return new SampleProgress(finished, readRun(in, in.getInt(), in.getInt(), in.getInt()));
  }

  private static SampleProgress readOnePassSample(BinaryReader in) {
    int pass = in.getInt();
    boolean finished = in.getBoolean();
    int stepsDone = in.getInt();
    return new SampleProgress(finished, readRun(in, pass, stepsDone, stepsDone));
  }

  private static RunProgress readRun(BinaryReader in, int pass, int stepsDone, int stepsTotal) {
    int masks = in.getCount(MASK_BYTES);
    int[] tokens = new int[masks];
    float[] confidences = new float[masks];
    for (int i = 0; i < masks; i++) {
      tokens[i] = in.getInt();
      confidences[i] = in.getFloat();
    }
    return new RunProgress(pass, stepsDone, stepsTotal, tokens, confidences);
  }
}
