package dev.lacuna.runtime.checkpoint.safetensors;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tensors that a checkpoint stores: one file or several shards. Nothing but headers is read.
 *
 * <p>Threading: immutable; any thread may call any method.
 */
public final class Weights {

  private final SortedMap<String, StoredTensor> tensors;
  private final List<Path> files;

  private Weights(SortedMap<String, StoredTensor> tensors, List<Path> files) {
    this.tensors = tensors;
    this.files = List.copyOf(files);
  }

  /**
   * Finds the files of a folder and reads and checks their headers.
   *
   * @throws CheckpointException for a file that is missing or damaged, a tensor that stands in two,
   *     and an index that says otherwise than its shards
   */
  public static Weights of(Path folder) {
    return open(ShardIndex.of(folder));
  }

  static Weights open(ShardIndex index) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (Path file : index.files()) {
      for (StoredTensor tensor : SafetensorsHeader.read(file)) {
        StoredTensor other = tensors.put(tensor.name(), tensor);
        if (other != null) {
          throw new CheckpointException(
              file, "tensor " + tensor.name() + " stands in " + other.file() + " too");
        }
      }
    }
    index.check(tensors);
    List<Path> files = new ArrayList<>(index.described());
    files.addAll(index.files());
    return new Weights(Collections.unmodifiableSortedMap(tensors), files);
  }

  /** Names of all tensors, sorted. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Every file that was read. */
  public List<Path> files() {
    return files;
  }

  /** Every tensor. */
  public Collection<StoredTensor> tensors() {
    return tensors.values();
  }

  /** The tensor of a name. */
  public Optional<StoredTensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The tensor of a name that was checked to be there. */
  public StoredTensor get(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException("unchecked tensor " + name));
  }
}
