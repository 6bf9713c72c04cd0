package dev.lacuna.runtime.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The conformance checkpoints, with the facts that their config.json leaves out. */
public enum Conformance {
  DIFFULLAMA("diffullama", "traj_prefix.json", 57, true),
  DIFFULLAMA_GQA("diffullama-gqa", "traj_prefix.json", 44, true),
  DIFFULLAMA_BF16("diffullama-bf16", "traj_prefix.json", 39, true),
  /** Has no mask of its own; the unknown token stands in, and no blank is compared with it. */
  SUNDAE("sundae", "traj_argmax.json", 0, false);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String folder;
  private final String trajectory;
  private final int mask;
  private final boolean shift;

  Conformance(String folder, String trajectory, int mask, boolean shift) {
    this.folder = folder;
    this.trajectory = trajectory;
    this.mask = mask;
    this.shift = shift;
  }

  Path folder() {
    URL url = Conformance.class.getResource("/conformance/" + folder);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public FactOverrides facts() {
    // The plain family: rules of serving, with a mask and an end token for all of them.
    return FactOverrides.NONE.withMaskToken(mask).withShift(shift);
  }

  public Checkpoint read() {
    return Checkpoint.read(folder(), folder, facts());
  }

  OpenedCheckpoint open() {
    return open(facts());
  }

  public OpenedCheckpoint open(FactOverrides facts) {
    return Checkpoints.open(folder(), folder, ForwardPassOptions.defaults().withThreads(2), facts);
  }

  public JsonNode golden(String file) {
    try {
      return JSON.readTree(folder().resolve("golden").resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode trajectory() {
    return golden(trajectory);
  }

  FloatBuffer goldenFloats(String file) {
    try {
      byte[] bytes = Files.readAllBytes(folder().resolve("golden").resolve(file));
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).longValue();
    }
    return values;
  }
}
