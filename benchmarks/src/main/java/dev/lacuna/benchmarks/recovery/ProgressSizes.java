package dev.lacuna.benchmarks.recovery;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.Progress.SampleProgress;
import dev.lacuna.topology.store.ProgressCodec;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Bytes of progress records by shape and how far they are, and the time to write one. */
final class ProgressSizes {
  private static final int REPEATS = 2_000;

  /** Bytes of a mask before version 3: token and confidence, masked or not. */
  private static final int UNPACKED_MASK_BYTES = 8;

  private ProgressSizes() {}

  /** A kind of request. */
  private record Shape(int samples, int masks, int vocabulary) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(1, 64, 4_096),
          new Shape(1, 1_024, 50_257),
          new Shape(16, 1_024, 126_464),
          new Shape(1, 16_000, 126_464));

  static void print(BenchReport report) {
    BenchReport.Table rows = report.table("progress", 0);
    for (Shape shape : SHAPES) {
      for (double unmasked : new double[] {0, 0.5, 1}) {
        rows.row(row(shape, unmasked));
      }
    }
    rows.print();
  }

  private static Map<String, Object> row(Shape shape, double unmasked) {
    Progress progress = progress(shape, unmasked);
    byte[] bytes = ProgressCodec.encode(progress);
    for (int warm = 0; warm < REPEATS; warm++) {
      ProgressCodec.encode(progress);
    }
    long begun = System.nanoTime();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      ProgressCodec.encode(progress);
    }
    double micros = (System.nanoTime() - begun) / 1e3 / REPEATS;
    int[] tokens = progress.samples().get(0).run().maskTokens();
    float[] confidences = progress.samples().get(0).run().confidences();
    long copied = 0;
    begun = System.nanoTime();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      copied += tokens.clone().length + confidences.clone().length; // as each step does
    }
    double copyMicros = (System.nanoTime() - begun) / 1e3 / REPEATS;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("samples", shape.samples());
    fields.put("masks", shape.masks());
    fields.put("vocabulary", shape.vocabulary());
    fields.put("unmasked", unmasked);
    fields.put("bytes", bytes.length);
    fields.put("unpackedBytes", (long) UNPACKED_MASK_BYTES * shape.masks() * shape.samples());
    fields.put("encodeMicros", micros);
    fields.put("copyMicros", copied == 0 ? 0 : copyMicros);
    return fields;
  }

  private static Progress progress(Shape shape, double unmasked) {
    SplittableRandom random = new SplittableRandom(1);
    int[] tokens = new int[shape.masks()];
    float[] confidences = new float[shape.masks()];
    Arrays.fill(tokens, RunProgress.MASKED);
    for (int mask = 0; mask < tokens.length; mask++) {
      if (random.nextDouble() < unmasked) {
        tokens[mask] = random.nextInt(shape.vocabulary());
        confidences[mask] = (float) random.nextDouble();
      }
    }
    SampleProgress sample =
        new SampleProgress(false, RunProgress.inFirstPass(1, tokens, confidences));
    return new Progress(1, 2, 3, false, Collections.nCopies(shape.samples(), sample));
  }
}
