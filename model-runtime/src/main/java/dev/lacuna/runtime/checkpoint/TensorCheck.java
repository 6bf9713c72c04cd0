package dev.lacuna.runtime.checkpoint;

import dev.lacuna.runtime.checkpoint.family.Family;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.family.WeightLayout;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.safetensors.StoredSlice;
import dev.lacuna.runtime.checkpoint.safetensors.StoredTensor;
import dev.lacuna.runtime.checkpoint.safetensors.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Compares the tensors that a checkpoint stores with those that its architecture has. */
final class TensorCheck {

  /** Lines of one message; a wrong number of layers alone would make hundreds. */
  private static final int MAX_LINES = 20;

  private final Weights weights;
  private final String config;
  private final List<String> problems = new ArrayList<>();
  private Path file;

  private TensorCheck(Weights weights, Path config) {
    this.weights = weights;
    this.config = config.getFileName().toString();
  }

  /**
   * Refuses a checkpoint whose tensors don't fit, naming all that don't.
   *
   * @param folder the checkpoint, for the message
   * @param config the configuration, for the message
   * @param expected every slice of the architecture
   * @param layout the names that the family uses
   */
  static void check(
      Path folder,
      Path config,
      Weights weights,
      Collection<StoredSlice> expected,
      Family family,
      WeightLayout layout,
      TransformerShape shape) {
    TensorCheck check = new TensorCheck(weights, config);
    Set<String> known = new LinkedHashSet<>();
    for (StoredSlice slice : expected) {
      if (known.add(slice.tensor())) {
        check.require(slice);
      }
    }
    known.add(layout.head()); // stored and not used where the head is tied
    for (String name : weights.names()) {
      if (!known.contains(name) && family.harmless().stream().noneMatch(name::endsWith)) {
        check.unknown(name, family, shape);
      }
    }
    check.refuseProblems(folder);
  }

  private void require(StoredSlice slice) {
    StoredTensor tensor = weights.find(slice.tensor()).orElse(null);
    if (tensor == null) {
      problems.add(
          "tensor "
              + slice.tensor()
              + " is missing, expected "
              + slice.storedShape()
              + " by the architecture in "
              + config);
    } else if (!tensor.shape().equals(slice.storedShape())) {
      problem(
          tensor,
          "has shape "
              + tensor.shape()
              + " "
              + tensor.type()
              + ", expected "
              + slice.storedShape()
              + " from "
              + config);
    } else if (!tensor.type().isWeight()) {
      problem(tensor, "has dtype " + tensor.type() + ", expected F32, F16 or BF16");
    }
  }

  private void unknown(String name, Family family, TransformerShape shape) {
    StoredTensor tensor = weights.get(name);
    problem(
        tensor,
        tensor.shape()
            + " "
            + tensor.type()
            + " has no place in a model of family "
            + family.name()
            + " with "
            + shape.layers()
            + " layers; ignoring it would give wrong results");
  }

  private void problem(StoredTensor tensor, String message) {
    file = file == null ? tensor.file() : file;
    problems.add("tensor " + tensor.name() + " " + message);
  }

  private void refuseProblems(Path folder) {
    if (problems.isEmpty()) {
      return;
    }
    if (problems.size() == 1) {
      throw new CheckpointException(file == null ? folder : file, problems.get(0));
    }
    List<String> shown = problems.subList(0, Math.min(MAX_LINES, problems.size()));
    String rest =
        problems.size() > MAX_LINES ? "\n  and " + (problems.size() - MAX_LINES) + " more" : "";
    throw new CheckpointException(
        folder, problems.size() + " tensors don't fit:\n  " + String.join("\n  ", shown) + rest);
  }
}
