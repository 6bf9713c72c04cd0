package dev.lacuna.runtime.checkpoint.manifest;

import dev.lacuna.runtime.facts.ModelFacts;
import java.util.List;

/**
 * What {@code lacuna.json} of an imported model says: all that is needed to run its graph, and what
 * it was made from. It holds no time and no path, so that importing the same files twice gives the
 * same bytes.
 *
 * @param facts what the sampler, the planner and the engine need to know
 * @param dtype numbers of the graph's matrices: {@code fp32}, {@code fp16}, {@code int8}, or {@code
 *     onnx} for those that a plain graph was exported in
 * @param parameters numbers that the weights hold
 * @param graph the ONNX graph; its interface is that of the imported graphs
 * @param hidesPadding whether the graph keeps padding from having an influence on a row's tokens
 * @param data the weights, outside the graph
 * @param tokenizer tokenizer.json
 * @param sources files that it was imported from, in the order of the revision
 * @param createdBy program and version that imported it
 */
public record Manifest(
    ModelFacts facts,
    String dtype,
    long parameters,
    ModelFile graph,
    boolean hidesPadding,
    ModelFile data,
    ModelFile tokenizer,
    List<SourceFile> sources,
    String createdBy) {

  /** Name of the file. */
  public static final String FILE = "lacuna.json";

  /** Version of the format that this program writes, and the only one that it reads. */
  public static final int VERSION = 1;

  /** {@link #dtype} of a plain graph: whatever its exporter chose. */
  public static final String PLAIN_DTYPE = "onnx";

  public Manifest {
    sources = List.copyOf(sources);
  }
}
