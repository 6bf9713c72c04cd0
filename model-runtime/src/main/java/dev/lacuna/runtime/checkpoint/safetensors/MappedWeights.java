package dev.lacuna.runtime.checkpoint.safetensors;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.NumberFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Weights of a graph out of safetensors files.
 *
 * <p>Threading: immutable; any thread may call any method.
 */
public final class MappedWeights implements WeightData {

  /** Elements handled at once: 2 MiB of fp32. */
  static final int PIECE_ELEMENTS = 1 << 19;

  /** Takes a weight's elements in order, piece by piece. */
  private interface Sink {
    void accept(float[] elements, int count) throws IOException;
  }

  private final Weights weights;
  private final Map<String, StoredSlice> slices;
  private final Map<String, List<Long>> shapes;

  /**
   * Weights whose slices have been checked against the files.
   *
   * @param slices where each weight lies
   * @param shapes each weight's shape, in the graph's order
   */
  public MappedWeights(
      Weights weights, Map<String, StoredSlice> slices, Map<String, List<Long>> shapes) {
    this.weights = weights;
    this.slices = Map.copyOf(slices);
    this.shapes = new LinkedHashMap<>(shapes);
  }

  @Override
  public Map<String, List<Long>> shapes() {
    return new LinkedHashMap<>(shapes);
  }

  @Override
  public void write(String weight, NumberFormat target, WritableByteChannel out)
      throws IOException {
    if (target == NumberFormat.INT8) {
      throw new IllegalArgumentException("int8 is made of fp32, by whoever knows the scales");
    }
    StoredTensor tensor = weights.get(slice(weight).tensor());
    ByteBuffer bytes =
        ByteBuffer.allocate(pieceElements(weight) * target.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    forEachPiece(
        weight,
        (elements, count) -> {
          bytes.clear();
          if (target == NumberFormat.FP16) {
            narrow(tensor, elements, count, bytes);
          } else {
            bytes.asFloatBuffer().put(elements, 0, count);
          }
          bytes.limit(count * target.bytes());
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
        });
  }

  private StoredSlice slice(String weight) {
    StoredSlice slice = slices.get(weight);
    if (slice == null) {
      throw new IllegalArgumentException("the graph has no weight " + weight);
    }
    return slice;
  }

  /** At least one row, so that a transposed piece is made of whole rows; at most the weight. */
  private int pieceElements(String weight) {
    long piece = Math.max(PIECE_ELEMENTS, slice(weight).rowElements());
    return (int) Math.min(piece, elements(weight));
  }

  private long elements(String weight) {
    return shapes.get(weight).stream().reduce(1L, Math::multiplyExact);
  }

  private void forEachPiece(String weight, Sink sink) throws IOException {
    StoredSlice slice = slice(weight);
    StoredTensor tensor = weights.get(slice.tensor());
    TensorElements elements = TensorElements.map(tensor);
    AtomicLong passed = new AtomicLong();
    Sink checked =
        (piece, count) -> {
          checkFinite(tensor, weight, piece, count, passed.getAndAdd(count));
          sink.accept(piece, count);
        };
    float[] piece = new float[pieceElements(weight)];
    try {
      for (int range = 0; range < slice.rows().times(); range++) {
        if (slice.transposed()) {
          columns(elements, slice, slice.rows().start(range), piece, checked);
        } else {
          run(elements, slice, slice.rows().start(range), piece, checked);
        }
      }
    } catch (InternalError e) {
      // What Java makes of a page that the file no longer has (SIGBUS).
      throw new CheckpointException(
          tensor.file(),
          "tensor " + tensor.name() + ": the file has become shorter while it was read",
          e);
    }
  }

  private static void run(
      TensorElements elements, StoredSlice slice, long firstRow, float[] piece, Sink sink)
      throws IOException {
    long at = firstRow * slice.rowElements();
    long end = at + slice.rows().count() * slice.rowElements();
    while (at < end) {
      int count = (int) Math.min(piece.length, end - at);
      elements.copy(at, piece, count);
      sink.accept(piece, count);
      at += count;
    }
  }

  /** Stored [in, out]: a band of columns is read row by row and leaves as rows. */
  private static void columns(
      TensorElements elements, StoredSlice slice, long firstRow, float[] piece, Sink sink)
      throws IOException {
    int in = (int) slice.rowElements();
    long out = slice.storedShape().get(1);
    long count = slice.rows().count();
    int band = (int) Math.min(count, piece.length / in);
    float[] run = new float[band];
    for (long first = 0; first < count; first += band) {
      int width = (int) Math.min(band, count - first);
      for (int i = 0; i < in; i++) {
        elements.copy(i * out + firstRow + first, run, width);
        for (int column = 0; column < width; column++) {
          piece[column * in + i] = run[column];
        }
      }
      sink.accept(piece, width * in);
    }
  }

  private static void narrow(StoredTensor tensor, float[] elements, int count, ByteBuffer to) {
    for (int i = 0; i < count; i++) {
      short half = HalfFloats.toF16(elements[i]);
      if (HalfFloats.isInfinite(half)) {
        throw refused(
            tensor,
            "holds " + elements[i] + ", beyond fp16's largest number, 65504; use fp32 instead");
      }
      to.putShort(i * Short.BYTES, half);
    }
  }

  private static void checkFinite(
      StoredTensor tensor, String weight, float[] elements, int count, long first) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(elements[i])) {
        throw refused(
            tensor,
            "holds "
                + elements[i]
                + " at element "
                + (first + i)
                + " of "
                + weight
                + ", expected finite weights");
      }
    }
  }

  private static CheckpointException refused(StoredTensor tensor, String message) {
    return new CheckpointException(tensor.file(), "tensor " + tensor.name() + " " + message);
  }
}
