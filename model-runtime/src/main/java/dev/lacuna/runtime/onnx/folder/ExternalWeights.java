package dev.lacuna.runtime.onnx.folder;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Writes a graph's weights one after another into a file beside it, each at the beginning of a
 * page, so that the runtime can map them and no protobuf grows with the model.
 *
 * <p>Threading: used by one thread.
 */
final class ExternalWeights {

  /** Page of every system that the runtime maps files on, save for its own rounding on Windows. */
  private static final int PAGE_BYTES = 4096;

  /** Smaller tensors stay in the graph: a page each would be a waste. */
  private static final int SMALLEST_BYTES = 1024;

  /** Writes the elements of one tensor. */
  interface Writer {
    void write(TensorProto tensor, DigestingFile out) throws IOException;
  }

  /**
   * A graph whose weights have been written.
   *
   * @param parameters elements of all of them
   */
  record Written(ModelProto model, long parameters) {}

  private final Writer writer;
  private final DigestingFile out;
  private final String location;
  private final Predicate<TensorProto> counted;
  private final LongConsumer progress;
  private long parameters;

  /**
   * What is written where.
   *
   * @param location name of the file, as the graph shall state it
   * @param counted which tensors are the model's parameters, and no tables that follow from its
   *     configuration
   * @param progress gets the bytes written so far, now and then
   */
  ExternalWeights(
      Writer writer,
      DigestingFile out,
      String location,
      Predicate<TensorProto> counted,
      LongConsumer progress) {
    this.writer = writer;
    this.out = out;
    this.location = location;
    this.counted = counted;
    this.progress = progress;
  }

  /** Whether a tensor goes into the file: those that lie outside, and others that are large. */
  static boolean moves(TensorProto tensor) {
    return OnnxFile.isExternal(tensor) || tensor.getRawData().size() >= SMALLEST_BYTES;
  }

  /** Bytes that the file of a model will have, at most. */
  static long bytesNeeded(ModelProto model) {
    long bytes = 0;
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      if (moves(tensor)) {
        bytes = Math.addExact(bytes, Math.addExact(TensorBytes.of(tensor), PAGE_BYTES));
      }
    }
    return bytes;
  }

  /** Writes every weight of a model and says in the model where it is. */
  Written write(ModelProto model) throws IOException {
    GraphProto graph = model.getGraph();
    GraphProto.Builder moved = graph.toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      if (moves(graph.getInitializer(i))) {
        moved.setInitializer(i, move(graph.getInitializer(i)));
      }
    }
    return new Written(model.toBuilder().setGraph(moved).build(), parameters);
  }

  private TensorProto move(TensorProto tensor) throws IOException {
    out.alignTo(PAGE_BYTES);
    long offset = out.bytes();
    writer.write(tensor, out);
    long length = out.bytes() - offset;
    if (length != TensorBytes.of(tensor)) {
      throw new IllegalStateException(
          "weight "
              + tensor.getName()
              + " was written with "
              + length
              + " bytes, its shape needs "
              + TensorBytes.of(tensor));
    }
    if (counted.test(tensor)) {
      parameters += TensorBytes.elements(tensor);
    }
    progress.accept(out.bytes());
    return tensor.toBuilder()
        .clearRawData()
        .clearExternalData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
