package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.util.List;

/**
 * Classifier-free guidance in the graph (ML-GSAI/SMDM {@code diff_sample}, ML-GSAI/LLaDA {@code
 * generate}): {@code z = u + (w + 1) × (c − u)}, where c are the logits of a position and u those
 * of its twin on a canvas whose prompt is masked. The twins stand behind all positions in the input
 * {@code positions}.
 *
 * @param indices which positions the twins belong to, ascending; int64, shape (guided)
 * @param scales w of each; shape (guided, 1)
 * @param logits of the positions and then of the twins
 * @param vocabulary width of the logits
 */
record Guidance(Value indices, Value scales, PickedLogits logits, int vocabulary) {

  /** Logits with guidance of all positions, of which there are so many; shape (1). */
  Value all(GraphBuilder graph, Value positions) {
    Value every = logits.all(graph);
    Value own = graph.node("Slice", every, graph.longs(0), positions, graph.longs(0));
    Value twins =
        graph.node("Slice", every, positions, graph.longs(Long.MAX_VALUE), graph.longs(0));
    Value mixed = mixed(graph, graph.node("Gather", own, indices), twins, scales);
    return graph.node("ScatterND", own, graph.node("Unsqueeze", indices, graph.longs(1)), mixed);
  }

  /**
   * Logits of a chunk's positions, guided where they have a twin; other positions keep their bits.
   * A chunk without guided positions projects no twins.
   *
   * @param picks the chunk's positions; shape (size)
   * @return shape (size, vocabulary)
   */
  Value chunk(Chunks chunks, Value picks) {
    GraphBuilder body = chunks.body();
    Value z = logits.of(body, picks);
    Value chunksOfTwins = chunks.chunkOf(indices);
    Value number = chunks.number();
    GraphBuilder some = body.branch("guided");
    Value isHere = some.node("Equal", chunksOfTwins, number);
    Value here = some.node("Squeeze", some.node("NonZero", isHere), some.longs(0));
    Value first = some.node("Slice", picks, some.longs(0), some.longs(1));
    Value rows = some.node("Sub", some.node("Gather", indices, here), first);
    Value twins = logits.of(some, some.node("Add", here, chunks.positions()));
    results(some, rows, twins, some.node("Gather", scales, here));
    GraphBuilder none = body.branch("unguided");
    int width = vocabulary;
    results(
        none, none.longs(), none.floats(new float[0], 0, width), none.floats(new float[0], 0, 1));
    List<Value> found = body.ifElse(chunks.anyIn(chunksOfTwins), some, none, 3);
    Value at = found.get(0);
    Value own = body.node("Gather", z, at);
    Value mixed = mixed(body, own, found.get(1), found.get(2));
    // The last use of z, which no branch uses: written in place, nothing where none is guided.
    return body.node("ScatterND", z, body.node("Unsqueeze", at, body.longs(1)), mixed);
  }

  private static void results(GraphBuilder branch, Value rows, Value twins, Value scales) {
    branch.result(rows, TensorType.INT64, "guided here");
    branch.result(twins, TensorType.FLOAT, "guided here", "vocabulary");
    branch.result(scales, TensorType.FLOAT, "guided here", 1);
  }

  private static Value mixed(GraphBuilder graph, Value own, Value twins, Value scales) {
    Value weight = graph.node("Add", scales, graph.scalar(1f));
    Value difference = graph.node("Mul", weight, graph.node("Sub", own, twins));
    return graph.node("Add", twins, difference);
  }
}
