package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a step leaves for Java's garbage collector. */
class StepAllocationTest {

  private static final int SMALL = 300;
  private static final int LARGE = 30_000;
  private static final int POSITIONS = 64;

  @Test
  void shouldAllocateNoMoreWhenTheVocabularyIsAHundredTimesAsLarge(
      @TempDir Path forSmall, @TempDir Path forLarge) {
    long small = bytesOfAStep(forSmall, SMALL);
    long large = bytesOfAStep(forLarge, LARGE);
    // One float for each token would be 118,800 bytes more, and for each position as much again.
    assertThat(large).isLessThan(small + LARGE);
  }

  @Test
  void shouldKeepItsBuffersWhenShortRowsAndLongOnesTakeTurns(@TempDir Path folder) {
    OpenedCheckpoint opened =
        Checkpoints.open(
            TestCheckpoint.of(SMALL, 16).write(folder),
            "test",
            ForwardPassOptions.defaults().withThreads(1));
    try {
      StepBatch longRow = batch();
      StepBatch shortRows = Steps.batch(8, 0, Collections.nCopies(8, row(8, 1)));
      takeTurns(opened, longRow, shortRows);
      long before = directBytes();
      for (int turn = 0; turn < 8; turn++) {
        takeTurns(opened, longRow, shortRows);
      }
      assertThat(directBytes()).isLessThanOrEqualTo(before);
    } finally {
      opened.forwardPass().close();
    }
  }

  private static void takeTurns(OpenedCheckpoint opened, StepBatch one, StepBatch other) {
    opened.forwardPass().run(one);
    opened.forwardPass().run(other);
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getTotalCapacity)
        .sum();
  }

  private static long bytesOfAStep(Path folder, int vocabulary) {
    OpenedCheckpoint opened =
        Checkpoints.open(
            TestCheckpoint.of(vocabulary, 16).write(folder),
            "test",
            ForwardPassOptions.defaults().withThreads(1));
    try {
      StepBatch batch = batch();
      for (int step = 0; step < 3; step++) {
        opened.forwardPass().run(batch);
      }
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      opened.forwardPass().run(batch);
      return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    } finally {
      opened.forwardPass().close();
    }
  }

  private static StepBatch batch() {
    return Steps.batch(POSITIONS, 0, List.of(row(POSITIONS, POSITIONS)));
  }

  private static Steps.Row row(int length, int positions) {
    return new Steps.Row(
        LongStream.range(0, length).map(i -> 2).toArray(),
        IntStream.range(0, positions).toArray(),
        new Steps.Draw(0.9f, 0.9f, 0, true, 0.3f));
  }
}
