package dev.lacuna.runtime.checkpoint.safetensors;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.NumberFormat;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;

/**
 * The weights of a graph, by the graph's names and in the graph's shapes, wherever and however a
 * checkpoint stores them. Nothing is read until it is asked for.
 *
 * <p>Threading: immutable; any thread may call any method.
 */
public interface WeightData {

  /** Every weight of the graph with its shape, outermost dimension first, in a fixed order. */
  Map<String, List<Long>> shapes();

  /**
   * Writes one weight, row-major and little-endian, in pieces of a few MiB: neither the heap nor
   * direct memory grows with the weight.
   *
   * @param weight a name out of {@link #shapes}
   * @param target format of the written numbers, fp32 or fp16; fp32 to fp16 rounds to nearest, ties
   *     to even
   * @throws CheckpointException naming the stored tensor, if it holds a number that is not finite
   *     or, for fp16, one beyond 65504
   * @throws IOException if the channel can't be written
   */
  void write(String weight, NumberFormat target, WritableByteChannel out) throws IOException;
}
