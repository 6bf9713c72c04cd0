package dev.lacuna.runtime.onnx.folder;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.onnx.session.StepSizes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * About how much memory a model takes, so that a batch can be chosen before one is tried. Counted
 * are the weights and the largest tensors that live at the same time; allocators round up and keep
 * what they once had, so that the truth is somewhat above.
 *
 * @param parameters numbers of the weights
 * @param hidden width of the residual stream
 * @param intermediate width inside the feed-forward network
 * @param heads of attention
 * @param vocabulary width of the logits
 */
public record ModelMemory(
    long parameters, int hidden, int intermediate, int heads, int vocabulary) {

  /** Activations are fp32. */
  private static final int BYTES = Float.BYTES;

  /** Live at once in a block beside what is largest: the residual stream and its norm. */
  private static final int STREAM = 2;

  /** Queries, keys and values. */
  private static final int PROJECTED = 3;

  /** Attention's scores and their softmax. */
  private static final int SCORES = 2;

  /** Gate, other branch and their product. */
  private static final int INNER = 3;

  /** Logits, the scaled ones, their probabilities, and what a filter leaves. */
  private static final int VOCABULARY_WIDE = 4;

  /** Heads are about so wide where only the graph is known. */
  private static final int USUAL_HEAD_WIDTH = 64;

  /**
   * Reads what the estimate needs.
   *
   * @return empty where the folder's graph doesn't tell
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the files can't be used
   */
  public static Optional<ModelMemory> of(Path folder, ModelDescription model) {
    if (model.shape().isPresent()) {
      TransformerShape shape = model.shape().get();
      return Optional.of(
          new ModelMemory(
              model.parameters(),
              shape.hidden(),
              shape.intermediate(),
              shape.heads(),
              shape.vocabulary()));
    }
    return ManifestFile.isIn(folder) ? fromGraph(folder, model) : Optional.empty();
  }

  /** The embedding is the matrix with a row for each id; the widest other one is the network's. */
  private static Optional<ModelMemory> fromGraph(Path folder, ModelDescription model) {
    long ids = model.facts().embeddings();
    long hidden = 0;
    long widest = 0;
    for (TensorProto tensor :
        ImportedModel.describe(folder, null).rows().getGraph().getInitializerList()) {
      if (tensor.getDimsCount() == 2 && (tensor.getDims(0) == ids || tensor.getDims(1) == ids)) {
        hidden = tensor.getDims(0) == ids ? tensor.getDims(1) : tensor.getDims(0);
      } else if (tensor.getDimsCount() == 2 && tensor.getDims(0) != model.facts().vocabulary()) {
        widest = Math.max(widest, Math.max(tensor.getDims(0), tensor.getDims(1)));
      }
    }
    if (hidden == 0 || widest == 0) {
      return Optional.empty();
    }
    int heads = (int) Math.max(1, hidden / USUAL_HEAD_WIDTH);
    return Optional.of(
        new ModelMemory(
            model.parameters(), (int) hidden, (int) widest, heads, model.facts().vocabulary()));
  }

  /**
   * Bytes of the weights in memory.
   *
   * @param bytesEach 4 in fp32, to which a CPU widens fp16 too; 2 in fp16 on a GPU; 1 in int8
   */
  public long weightBytes(int bytesEach) {
    return Math.multiplyExact(parameters, (long) bytesEach);
  }

  /**
   * Bytes of a row's activations in the blocks: {@code 4 × (2 L H + max(3 L H + 2 A L², 3 L I))},
   * with length L, hidden width H, A heads and inner width I.
   *
   * @param length of the canvas in tokens
   */
  public long rowBytes(int length) {
    long stream = (long) length * hidden;
    long attention = PROJECTED * stream + SCORES * (long) heads * length * length;
    long network = INNER * (long) length * intermediate;
    return BYTES * (STREAM * stream + Math.max(attention, network));
  }

  /**
   * Bytes of the head for a row that is all blanks: {@code 4 × 4 × min(L, C) × V}, vocabulary V,
   * positions of a chunk C; an upper bound, since rows share chunks, and a CPU's are smaller than
   * the GPU's that are counted.
   *
   * @param length of the canvas in tokens
   */
  public long headBytes(int length) {
    int positions = Math.min(length, StepSizes.found(vocabulary, "cuda:0").chunkPositions());
    return (long) BYTES * VOCABULARY_WIDE * positions * vocabulary;
  }

  /**
   * Rows that fit, all of them blank from end to end; blocks and head don't live at the same time.
   *
   * @param availableBytes for weights and activations
   * @param bytesEach as in {@link #weightBytes}
   * @return 0 if not even one does
   */
  public long largestBatch(long availableBytes, int bytesEach, int length) {
    long left = availableBytes - weightBytes(bytesEach);
    return Math.max(0, left / Math.max(rowBytes(length), headBytes(length)));
  }
}
