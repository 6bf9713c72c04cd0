package dev.lacuna.runtime.onnx.folder;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.GraphWeight;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.RowsGraph;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import dev.lacuna.runtime.onnx.weights.WeightBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * A folder that can be imported, read and checked, its weights still where they are.
 *
 * @param facts what the sampler, the planner and the engine need to know
 * @param dtype numbers of the graph's matrices, as the manifest names them
 * @param rows the graph, without a head
 * @param hidesPadding whether padding has no influence on a row's tokens
 * @param writer writes the elements of one of the graph's weights
 * @param counted which tensors are the model's parameters
 * @param tokenizer path of tokenizer.json
 * @param sources files whose content is the revision, in its order
 */
record ImportSource(
    ModelFacts facts,
    String dtype,
    ModelProto rows,
    boolean hidesPadding,
    ExternalWeights.Writer writer,
    Predicate<TensorProto> counted,
    Path tokenizer,
    List<Path> sources) {

  /** Bytes copied at once. */
  private static final int PIECE_BYTES = 4 << 20;

  /**
   * Reads a folder: a checkpoint as published, or a plain ONNX model.
   *
   * @throws CheckpointException for anything missing, damaged or unsupported
   */
  static ImportSource read(Path folder, String name, NumberFormat format, FactOverrides overrides) {
    if (ManifestFile.isIn(folder)) {
      return plain(folder, name, format, overrides);
    }
    Checkpoint checkpoint = Checkpoint.read(folder, name, overrides);
    ModelFacts facts = checkpoint.facts();
    ModelGraph graph =
        TransformerGraph.of(checkpoint.shape(), format, RowsGraph.open(facts.vocabulary()));
    WeightBytes bytes = new WeightBytes(graph, checkpoint.weights());
    return new ImportSource(
        facts,
        format.wireName(),
        RowsGraph.model(graph),
        true,
        (tensor, out) -> write(bytes, tensor, out),
        tensor -> isParameter(graph, tensor),
        checkpoint.tokenizer(),
        checkpoint.files());
  }

  /** A weight of the checkpoint, or a table that the graph holds itself. */
  private static void write(WeightBytes bytes, TensorProto tensor, DigestingFile out)
      throws IOException {
    if (OnnxFile.isExternal(tensor)) {
      bytes.write(tensor.getName(), out);
    } else {
      out.writeAll(tensor.getRawData().asReadOnlyByteBuffer());
    }
  }

  /** Not the tables that the graph holds, nor scales, nor a tied head's copy in int8. */
  private static boolean isParameter(ModelGraph graph, TensorProto tensor) {
    GraphWeight weight = graph.weights().get(tensor.getName());
    if (weight == null || weight.part() == GraphWeight.Part.WHOLE) {
      return weight != null;
    }
    return weight.part() == GraphWeight.Part.INT8_ROWS
        && !graph.weights().containsKey(weight.part().weightOf(tensor.getName()));
  }

  private static ImportSource plain(
      Path folder, String name, NumberFormat format, FactOverrides overrides) {
    ImportedModel model = ImportedModel.read(folder, name);
    if (model.manifest().isPresent()) {
      throw new CheckpointException(
          folder, "is an imported model already; import the folder that it was made from");
    }
    if (format != NumberFormat.FP32 || !overrides.equals(FactOverrides.NONE)) {
      throw new CheckpointException(
          folder,
          "is a plain ONNX model, which is imported in the numbers it was exported in and with the"
              + " facts of its lacuna.json; edit that file, or export the graph again");
    }
    return new ImportSource(
        model.facts(),
        model.dtype(),
        model.rows(),
        model.hidesPadding(),
        (tensor, out) -> copy(folder, tensor, out),
        tensor -> true,
        model.tokenizer(),
        model.files());
  }

  private static void copy(Path folder, TensorProto tensor, DigestingFile out) throws IOException {
    if (!OnnxFile.isExternal(tensor)) {
      out.writeAll(tensor.getRawData().asReadOnlyByteBuffer());
      return;
    }
    OnnxFile.ExternalData data = OnnxFile.ExternalData.of(tensor);
    Path file = folder.resolve(data.location());
    long left = TensorBytes.of(tensor);
    long at = data.offset();
    ByteBuffer piece = ByteBuffer.allocateDirect((int) Math.min(PIECE_BYTES, left));
    try (FileChannel channel = FileChannel.open(file)) {
      while (left > 0) {
        piece.clear().limit((int) Math.min(piece.capacity(), left));
        int read = channel.read(piece, at);
        if (read < 0) {
          throw new CheckpointException(file, "has become shorter while it was read");
        }
        out.writeAll(piece.flip());
        at += read;
        left -= read;
      }
    }
  }
}
