package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.Steps.Draw;
import dev.lacuna.runtime.onnx.Steps.Row;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxForwardPassTest {

  private OpenedCheckpoint opened;

  @BeforeEach
  void open(@TempDir Path folder) {
    Path checkpoint = TestCheckpoint.of(300, 32).write(folder);
    opened = Checkpoints.open(checkpoint, "test", ForwardPassOptions.defaults().withThreads(1));
  }

  @AfterEach
  void close() {
    opened.forwardPass().close();
  }

  @Test
  void shouldTellItsDeviceAndFingerprintWhenOpened() {
    assertThat(opened.forwardPass().device()).isEqualTo("cpu");
    assertThat(opened.fingerprint().revision()).isEqualTo(opened.facts().revision());
    assertThat(opened.fingerprint().toString())
        .startsWith(opened.facts().revision().substring(0, 16) + " fp32 onnxruntime-1.")
        .contains(" cpu ");
  }

  @Test
  void shouldGrowItsBuffersWhenALargerBatchComes() {
    StepBatch small = batch(4, 1);
    opened.forwardPass().run(small);
    StepBatch large = batch(200, 6);
    opened.forwardPass().run(large);
    StepBatch again = batch(4, 1);
    opened.forwardPass().run(again);
    assertThat(again.proposals).isEqualTo(small.proposals);
    assertThat(again.confidences).isEqualTo(small.confidences);
    for (int i = 0; i < large.positions; i++) {
      assertThat(large.confidences[i]).isBetween(0f, 1f).isNotZero();
    }
  }

  @Test
  void shouldDoNothingWhenNoPositionIsAskedFor() {
    StepBatch batch = batch(4, 1);
    batch.positions = 0;
    opened.forwardPass().run(batch);
    assertThat(batch.proposals).containsOnly(0);
  }

  @Test
  void shouldRefuseTheBatchWhenItIsLongerThanTheCanvasLimit() {
    assertRefused(batch(257, 1), "length of the batch 257, expected 0 to 256");
  }

  @Test
  void shouldRefuseTheBatchWhenAnIndexIsOutsideItsRange() {
    StepBatch token = batch(4, 1);
    token.tokens[1] = 300;
    assertRefused(token, "token id 300, expected 0 to 299");
    token.tokens[1] = -1;
    assertRefused(token, "token id -1, expected 0 to 299");
    StepBatch position = batch(4, 1);
    position.flatPositions[2] = 4;
    assertRefused(position, "position 4, expected 0 to 3");
  }

  private void assertRefused(StepBatch batch, String message) {
    assertThatThrownBy(() -> opened.forwardPass().run(batch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldFailWithAClearErrorWhenTheGraphIsDamaged() {
    ModelGraph damaged = new ModelGraph(new byte[] {1, 2, 3}, Map.of());
    assertThatThrownBy(
            () ->
                new OnnxForwardPass(
                    damaged, name -> null, opened.facts(), ForwardPassOptions.defaults()))
        .isInstanceOf(ForwardPassException.class)
        .hasMessageContaining("ONNX Runtime can't load the model's graph");
  }

  @Test
  void shouldRefuseToRunWhenClosedAndCloseTwice() {
    opened.forwardPass().close();
    opened.forwardPass().close();
    StepBatch batch = batch(4, 1);
    assertThatThrownBy(() -> opened.forwardPass().run(batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void shouldLetTheRunEndWhenAnotherThreadClosesMeanwhile()
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutorService engine = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch running = new CountDownLatch(3);
      Future<?> runs = engine.submit(() -> runUntilClosed(running));
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
      opened.forwardPass().close();
      runs.get(30, TimeUnit.SECONDS);
    } finally {
      engine.shutdownNow();
    }
  }

  private void runUntilClosed(CountDownLatch running) {
    StepBatch batch = batch(256, 4);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        opened.forwardPass().run(batch);
        running.countDown();
      }
    } catch (IllegalStateException closed) {
      assertThat(closed).hasMessageContaining("closed");
    }
  }

  @Test
  void shouldFailClearlyWhenCudaIsAskedForAndFallBackWhenAutoIs(@TempDir Path folder) {
    Path checkpoint = TestCheckpoint.of(40, 16).write(folder);
    ForwardPassOptions options = ForwardPassOptions.defaults().withThreads(1);
    // With the GPU build on a machine with a GPU both succeed, and there is nothing to refuse.
    assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA));
    assertThatThrownBy(
            () ->
                Checkpoints.open(checkpoint, "test", options.withDevice(new DeviceChoice.Cuda(0))))
        .isInstanceOf(ForwardPassException.class)
        .hasMessageContaining("device cuda:0 can't be used");
    OpenedCheckpoint auto =
        Checkpoints.open(checkpoint, "test", options.withDevice(new DeviceChoice.Auto()));
    assertThat(auto.forwardPass().device()).isEqualTo("cpu");
    auto.forwardPass().close();
  }

  private static StepBatch batch(int length, int rows) {
    long[] tokens =
        IntStream.range(0, length).mapToLong(i -> i % 2 == 0 ? 2 : 3 + i % 290).toArray();
    int[] positions = IntStream.range(0, length).toArray();
    Row row = new Row(tokens, positions, new Draw(0.9f, 1, 0, true, 0.1f, 0.5f, 0.8f));
    return Steps.batch(length, 0, Collections.nCopies(rows, row));
  }
}
