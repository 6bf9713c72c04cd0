package dev.lacuna.runtime.checkpoint.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.CheckpointJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which files hold a checkpoint's weights: {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} names.
 *
 * @param files the safetensors files
 * @param described every other file that says where tensors lie
 * @param weightMap file name of each tensor; empty where there is no index
 */
record ShardIndex(List<Path> files, List<Path> described, SortedMap<String, String> weightMap) {

  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final long MAX_INDEX_BYTES = 16 << 20;

  /** Finds the files of a folder; an index counts only where there is no single file. */
  static ShardIndex of(Path folder) {
    Path single = folder.resolve(SINGLE);
    Path index = folder.resolve(INDEX);
    if (Files.exists(single) || !Files.exists(index)) {
      return new ShardIndex(List.of(single), List.of(), new TreeMap<>());
    }
    JsonNode map = CheckpointJson.READER.read(index, MAX_INDEX_BYTES).node().path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new CheckpointException(
          index, "holds no weight_map, expected an object from tensor to file");
    }
    SortedMap<String, String> weightMap = new TreeMap<>();
    map.fields()
        .forEachRemaining(
            e -> weightMap.put(e.getKey(), fileName(index, e.getKey(), e.getValue())));
    List<Path> files = new ArrayList<>();
    for (String name : new TreeSet<>(weightMap.values())) {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new CheckpointException(
            file, "no such file, expected the shard that " + INDEX + " names");
      }
      files.add(file);
    }
    return new ShardIndex(files, List.of(index), weightMap);
  }

  /** Only a plain name: an index must not reach out of its folder. */
  private static String fileName(Path index, String tensor, JsonNode value) {
    String name = value.asText("");
    boolean plain =
        value.isTextual()
            && name.endsWith(".safetensors")
            && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')
            && !name.startsWith(".");
    if (!plain) {
      String shown = value.toString();
      throw new CheckpointException(
          index,
          "weight_map."
              + tensor
              + " is "
              + (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown)
              + ", expected the name of a .safetensors file in this folder");
    }
    return name;
  }

  /**
   * Checks that the shards hold what the index says, no more and no less.
   *
   * @param found every tensor of the shards
   */
  void check(Map<String, StoredTensor> found) {
    if (weightMap.isEmpty()) {
      return;
    }
    Path index = described.get(0);
    weightMap.forEach(
        (tensor, file) -> {
          StoredTensor stored = found.get(tensor);
          if (stored == null || !stored.file().getFileName().toString().equals(file)) {
            throw new CheckpointException(
                index,
                "weight_map places tensor "
                    + tensor
                    + " in "
                    + file
                    + ", but "
                    + (stored == null
                        ? "no shard holds it"
                        : stored.file().getFileName() + " holds it"));
          }
        });
    for (StoredTensor stored : found.values()) {
      if (!weightMap.containsKey(stored.name())) {
        throw new CheckpointException(
            stored.file(), "tensor " + stored.name() + " is missing in the weight_map of " + INDEX);
      }
    }
  }
}
