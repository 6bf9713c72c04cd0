package dev.lacuna.runtime.checkpoint.safetensors;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The elements of a stored tensor, mapped from its file and widened to fp32 run by run. Mapped
 * memory is the operating system's to keep or drop: reading a tensor costs no heap.
 *
 * <p>Threading: used by one thread.
 */
final class TensorElements {

  /** A buffer can't reach beyond 2 GiB; a multiple of every element's size. */
  private static final long WINDOW_BYTES = 1L << 30;

  private final StoredTensor tensor;
  private final List<ByteBuffer> windows;
  private final long windowBytes;

  private TensorElements(StoredTensor tensor, List<ByteBuffer> windows, long windowBytes) {
    this.tensor = tensor;
    this.windows = windows;
    this.windowBytes = windowBytes;
  }

  /**
   * Maps a tensor.
   *
   * @throws CheckpointException if its file can't be read
   */
  static TensorElements map(StoredTensor tensor) {
    return map(tensor, WINDOW_BYTES);
  }

  static TensorElements map(StoredTensor tensor, long windowBytes) {
    List<ByteBuffer> windows = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ)) {
      if (channel.size() < tensor.offset() + tensor.bytes()) {
        throw new IOException("the file has become shorter");
      }
      for (long at = 0; at < tensor.bytes(); at += windowBytes) {
        long bytes = Math.min(windowBytes, tensor.bytes() - at);
        windows.add(
            channel
                .map(FileChannel.MapMode.READ_ONLY, tensor.offset() + at, bytes)
                .order(ByteOrder.LITTLE_ENDIAN));
      }
    } catch (IOException e) {
      throw new CheckpointException(
          tensor.file(), "tensor " + tensor.name() + " can't be read: " + e.getMessage(), e);
    }
    return new TensorElements(tensor, windows, windowBytes);
  }

  /** Copies a run of elements, widened to fp32; exact. */
  void copy(long from, float[] to, int count) {
    int elementBytes = tensor.type().bytes();
    int done = 0;
    while (done < count) {
      long at = (from + done) * elementBytes;
      ByteBuffer window = windows.get((int) (at / windowBytes));
      int inWindow = (int) (at % windowBytes);
      int run = Math.min(count - done, (window.capacity() - inWindow) / elementBytes);
      widen(window.slice(inWindow, run * elementBytes), to, done, run);
      done += run;
    }
  }

  private void widen(ByteBuffer slice, float[] to, int at, int count) {
    ByteBuffer from = slice.order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.type()) {
      case F32 -> from.asFloatBuffer().get(to, at, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = HalfFloats.fromF16(from.getShort(i * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = HalfFloats.fromBf16(from.getShort(i * Short.BYTES));
        }
      }
      default -> throw new IllegalStateException("not a weight: " + tensor);
    }
  }
}
