package dev.lacuna.runtime.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.TestCheckpoint;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.NumberFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShrinkingFileTest {

  @TempDir private Path folder;

  /** Shortens the file that it is being fed from. */
  private record Saboteur(Path file) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer from) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(8192);
      }
      int count = from.remaining();
      from.position(from.limit());
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldRefuseTheTensorWhenItsFileShrinksWhileItIsRead() {
    TestCheckpoint files = TestCheckpoint.of(20_000, 64);
    Checkpoint checkpoint = Checkpoint.read(files.write(folder), "m", FactOverrides.NONE);
    WeightData weights = checkpoint.weights();
    String largest =
        weights.shapes().entrySet().stream()
            .max((a, b) -> Long.compare(a.getValue().get(0), b.getValue().get(0)))
            .orElseThrow()
            .getKey();
    assertThatThrownBy(
            () ->
                weights.write(
                    largest, NumberFormat.FP32, new Saboteur(folder.resolve("model.safetensors"))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has become shorter while it was read");
  }
}
