package dev.lacuna.runtime.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tensors of a checkpoint, wherever they lie: one file or several shards. Nothing is read until
 * a tensor is asked for.
 *
 * <p>Threading: immutable; any thread may call any method.
 */
public final class Weights {

  private final SortedMap<String, StoredTensor> tensors;
  private final Path where;

  private Weights(Path where, SortedMap<String, StoredTensor> tensors) {
    this.where = where;
    this.tensors = tensors;
  }

  /**
   * Reads and checks the headers.
   *
   * @param where the folder, for messages
   * @param files every safetensors file of the checkpoint
   * @throws CheckpointException for a damaged file or a tensor that stands in two
   */
  public static Weights open(Path where, List<Path> files) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (Path file : files) {
      for (StoredTensor tensor : SafetensorsHeader.read(file)) {
        StoredTensor other = tensors.put(tensor.name(), tensor);
        if (other != null) {
          throw new CheckpointException(
              file, "tensor " + tensor.name() + " stands in " + other.file() + " too");
        }
      }
    }
    return new Weights(where, Collections.unmodifiableSortedMap(tensors));
  }

  /** Names of all tensors, sorted. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * Checks that a tensor is there, holds weights and has the shape that the configuration implies.
   *
   * @throws CheckpointException if not
   */
  public void require(String name, List<Long> shape) {
    StoredTensor tensor = get(name);
    if (!tensor.shape().equals(shape)) {
      throw refused(
          tensor, "has shape " + tensor.shape() + ", expected " + shape + " from config.json");
    }
    if (!tensor.type().isWeight()) {
      throw refused(tensor, "has dtype " + tensor.type() + ", expected F32, F16 or BF16");
    }
    if (tensor.elements() > Integer.MAX_VALUE / Float.BYTES) {
      throw refused(
          tensor,
          "has "
              + tensor.elements()
              + " elements, expected at most "
              + Integer.MAX_VALUE / Float.BYTES
              + ", the limit of one buffer");
    }
  }

  /**
   * A tensor's elements widened to fp32, in a fresh direct buffer of native byte order.
   *
   * @throws CheckpointException if it can't be read or holds an element that is not finite
   */
  public FloatBuffer widened(String name) {
    StoredTensor tensor = get(name);
    FloatBuffer floats =
        ByteBuffer.allocateDirect(Math.toIntExact(tensor.elements() * Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    if (tensor.bytes() == 0) {
      return floats;
    }
    try (FileChannel channel = FileChannel.open(tensor.file())) {
      MappedByteBuffer mapped =
          channel.map(FileChannel.MapMode.READ_ONLY, tensor.offset(), tensor.bytes());
      mapped.order(ByteOrder.LITTLE_ENDIAN);
      widen(tensor, mapped, floats);
    } catch (IOException e) {
      throw new CheckpointException(
          tensor.file(), "tensor " + name + " can't be read: " + e.getMessage(), e);
    }
    checkFinite(tensor, floats);
    return floats;
  }

  private StoredTensor get(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          where, "tensor " + name + " is missing, expected by the architecture in config.json");
    }
    return tensor;
  }

  private static void widen(StoredTensor tensor, ByteBuffer from, FloatBuffer to) {
    switch (tensor.type()) {
      case F32 -> to.put(0, from.asFloatBuffer(), 0, to.capacity());
      case F16 -> {
        ShortBuffer halves = from.asShortBuffer();
        for (int i = 0; i < to.capacity(); i++) {
          to.put(i, HalfFloats.fromF16(halves.get(i)));
        }
      }
      case BF16 -> {
        ShortBuffer halves = from.asShortBuffer();
        for (int i = 0; i < to.capacity(); i++) {
          to.put(i, HalfFloats.fromBf16(halves.get(i)));
        }
      }
      default ->
          throw refused(tensor, "has dtype " + tensor.type() + ", expected F32, F16 or BF16");
    }
  }

  private static void checkFinite(StoredTensor tensor, FloatBuffer floats) {
    for (int i = 0; i < floats.capacity(); i++) {
      if (!Float.isFinite(floats.get(i))) {
        throw refused(
            tensor, "holds " + floats.get(i) + " at element " + i + ", expected finite weights");
      }
    }
  }

  private static CheckpointException refused(StoredTensor tensor, String message) {
    return new CheckpointException(tensor.file(), "tensor " + tensor.name() + " " + message);
  }
}
