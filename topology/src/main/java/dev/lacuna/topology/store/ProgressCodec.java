package dev.lacuna.topology.store;

import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.store.Progress.SampleProgress;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of a {@link Progress}. Version byte; first and last step, sum of batch rows (longs);
 * cancelled (byte); number of samples (int), and the samples. Version 3 has two things more before
 * the number of samples, which told what a later worker learns from death notes: begun (byte) and
 * attempts (int).
 *
 * <p>A sample from version 3 on: finished (byte); pass, steps of the pass done, steps done in all
 * (ints); its masks as {@link MaskTokens} has them. In version 2 each mask has its token (int) and
 * confidence (float) behind the number of masks (int). Version 1, of workers whose documents had
 * one pass: pass (int), finished (byte), steps done (int), masks as in version 2.
 *
 * <p>A version is never changed: a store outlives the worker that wrote it.
 */
public final class ProgressCodec {
  static final String STORE = "progress";
  static final int OLDEST = 1;
  static final int VERSION = 4;
  private static final int ONE_PASS = 1;
  private static final int PACKED = 3;
  private static final int WITH_ATTEMPTS = 3;
  private static final int HEAD_BYTES = 1 + 3 * Long.BYTES + 1 + Integer.BYTES;
  private static final int SAMPLE_BYTES = 1 + 3 * Integer.BYTES;
  private static final int MASK_BYTES = Integer.BYTES + Float.BYTES; // before version 3

  private ProgressCodec() {}

  /** Most bytes that a progress of this shape takes, however far it is. */
  public static long maxBytes(int samples, int masks) {
    return HEAD_BYTES + samples * (SAMPLE_BYTES + MaskTokens.maxBytes(masks));
  }

  /** Bytes of a progress. */
  public static byte[] encode(Progress progress) {
    BinaryWriter out = new BinaryWriter(VERSION);
    out.putLong(progress.firstStepMicros()).putLong(progress.lastStepMicros());
    out.putLong(progress.batchRowsSum()).putBoolean(progress.cancelled());
    out.putInt(progress.samples().size());
    for (SampleProgress sample : progress.samples()) {
      RunProgress run = sample.run();
      out.putBoolean(sample.finished());
      out.putInt(run.pass()).putInt(run.stepsDone()).putInt(run.stepsTotal());
      MaskTokens.write(out, new MaskTokens(run.maskTokens(), run.confidences()));
    }
    return out.toBytes();
  }

  /**
   * The progress of these bytes.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static Progress decode(byte[] bytes) {
    BinaryReader in = new BinaryReader(STORE, OLDEST, VERSION, bytes);
    long firstStepMicros = in.getLong();
    long lastStepMicros = in.getLong();
    long batchRowsSum = in.getLong();
    boolean cancelled = in.getBoolean();
    boolean packed = in.version() >= PACKED;
    if (in.version() == WITH_ATTEMPTS) {
      in.getBoolean();
      in.getInt();
    }
    int count = in.getCount(SAMPLE_BYTES);
    List<SampleProgress> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      samples.add(in.version() == ONE_PASS ? readOnePassSample(in) : readSample(in, packed));
    }
    in.end();
    return new Progress(firstStepMicros, lastStepMicros, batchRowsSum, cancelled, samples);
  }

  private static SampleProgress readSample(BinaryReader in, boolean packed) {
    boolean finished = in.getBoolean();
    int pass = in.getInt();
    int stepsDone = in.getInt();
    int stepsTotal = in.getInt();
    MaskTokens masks = packed ? MaskTokens.read(in) : readMasks(in);
    return new SampleProgress(finished, run(pass, stepsDone, stepsTotal, masks));
  }

  private static SampleProgress readOnePassSample(BinaryReader in) {
    int pass = in.getInt();
    boolean finished = in.getBoolean();
    int stepsDone = in.getInt();
    return new SampleProgress(finished, run(pass, stepsDone, stepsDone, readMasks(in)));
  }

  private static RunProgress run(int pass, int stepsDone, int stepsTotal, MaskTokens masks) {
    return new RunProgress(pass, stepsDone, stepsTotal, masks.tokens(), masks.confidences());
  }

  private static MaskTokens readMasks(BinaryReader in) {
    int masks = in.getCount(MASK_BYTES);
    int[] tokens = new int[masks];
    float[] confidences = new float[masks];
    for (int i = 0; i < masks; i++) {
      tokens[i] = in.getInt();
      confidences[i] = in.getFloat();
    }
    return new MaskTokens(tokens, confidences);
  }
}
