package dev.lacuna.runtime.checkpoint.family;

import dev.lacuna.runtime.checkpoint.safetensors.StoredSlice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Under which names and in which form a family stores the weights of the graph: a declaration, one
 * line for each weight. {@code #} stands for the layer's number.
 */
public final class WeightLayout {

  /** The form in which a weight is stored. */
  interface Form {

    /**
     * The slice of a stored tensor that is a weight.
     *
     * @param target shape of the weight in the graph
     */
    StoredSlice of(String tensor, TransformerShape shape, List<Long> target);
  }

  /** The stored tensor is the weight. */
  static final Form AS_IS = (tensor, shape, target) -> StoredSlice.whole(tensor, target);

  private record Source(String name, Form form) {}

  private final Map<String, Source> sources = new LinkedHashMap<>();

  /** A weight that is stored as the graph has it. */
  WeightLayout with(String weight, String name) {
    return with(weight, name, AS_IS);
  }

  /** A weight that is stored in another form. */
  WeightLayout with(String weight, String name, Form form) {
    sources.put(weight, new Source(name, form));
    return this;
  }

  /** Weight and bias of a layer, stored as the graph has them. */
  WeightLayout both(String part, String name) {
    return with(part + ".weight", name + ".weight").with(part + ".bias", name + ".bias");
  }

  /**
   * Weight and bias of a Conv1D of a layer that holds one of several parts of equal height.
   *
   * @param index from 0
   * @param parts how many share the stored tensor
   */
  WeightLayout conv(String part, String name, int index, int parts) {
    return with(part + ".weight", name + ".weight", convPart(index, parts))
        .with(part + ".bias", name + ".bias", convPart(index, parts));
  }

  /** GPT-2's Conv1D is stored [in, out]. */
  private static Form convPart(int index, int parts) {
    return (tensor, shape, target) -> {
      long height = target.get(0);
      StoredSlice.Rows rows = StoredSlice.Rows.range(index * height, height);
      return target.size() == 1
          ? new StoredSlice(tensor, List.of(parts * height), false, rows)
          : new StoredSlice(tensor, List.of(target.get(1), parts * height), true, rows);
    };
  }

  /** The queries of lit-gpt's fused projection, see {@link #grouped}. */
  static Form groupedQueries() {
    return (tensor, shape, target) -> groups(tensor, shape, target, 0, shape.queriesPerKey());
  }

  /**
   * Keys or values of lit-gpt's fused projection: for each key head it holds the query heads, then
   * the key head, then the value head.
   *
   * @param behindQueries 0 for keys, 1 for values
   */
  static Form grouped(int behindQueries) {
    return (tensor, shape, target) ->
        groups(tensor, shape, target, shape.queriesPerKey() + behindQueries, 1);
  }

  private static StoredSlice groups(
      String tensor, TransformerShape shape, List<Long> target, int firstHead, int heads) {
    long width = shape.headWidth();
    long group = (shape.queriesPerKey() + 2) * width;
    return new StoredSlice(
        tensor,
        List.of(shape.keyValueHeads() * group, target.get(1)),
        false,
        new StoredSlice.Rows(firstHead * width, heads * width, shape.keyValueHeads(), group));
  }

  /** Name under which the embedding is stored. */
  public String embedding() {
    return sources.get(TransformerWeights.EMBEDDING).name();
  }

  /** Name under which the head is stored where it isn't tied. */
  public String head() {
    return sources.get(TransformerWeights.HEAD).name();
  }

  /** How many of this layout's names a checkpoint has, of the first layer and outside layers. */
  long matches(Predicate<String> stored) {
    return sources.values().stream()
        .map(source -> source.name().replace("#", "0"))
        .distinct()
        .filter(stored)
        .count();
  }

  /** Where each weight of a shape lies. */
  public Map<String, StoredSlice> slices(TransformerShape shape) {
    Map<String, StoredSlice> slices = new LinkedHashMap<>();
    TransformerWeights.shapes(shape)
        .forEach((weight, target) -> slices.put(weight, slice(weight, target, shape)));
    return slices;
  }

  private StoredSlice slice(String weight, List<Long> target, TransformerShape shape) {
    List<String> parts = List.of(weight.split("\\.", 3));
    boolean inLayer = parts.get(0).equals("layers");
    String layer = inLayer ? parts.get(1) : "";
    Source source = sources.get(inLayer ? parts.get(2) : weight);
    if (source == null) {
      throw new IllegalStateException("the layout has no place for weight " + weight);
    }
    return source.form().of(source.name().replace("#", layer), shape, target);
  }
}
