package dev.lacuna.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.safetensors.Widened;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.onnx.KitModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A model of the conformance kit in a folder of its own, to be changed by a test. */
public final class KitCopy {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  private KitCopy(Path folder) {
    this.folder = folder;
  }

  /** Copies the files of a model; lit-gpt's get the configuration of the manifest as a file. */
  public static KitCopy of(String name, Path folder) {
    KitModel model = KitModel.of(name);
    KitCopy copy = new KitCopy(folder);
    try (Stream<Path> files = Files.list(model.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
      if (model.manifest().has("model")) {
        String config = model.manifest().get("model").toString();
        Files.writeString(folder.resolve("lit_config.json"), config);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  Path folder() {
    return folder;
  }

  /** Changes a JSON file. */
  public KitCopy edit(String file, Consumer<ObjectNode> change) {
    Path path = folder.resolve(file);
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(path.toFile());
      change.accept(json);
      Files.writeString(path, json.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Sets a key of a JSON file to a value written as JSON. */
  public KitCopy set(String file, String key, String value) {
    return edit(
        file,
        json -> {
          try {
            json.set(key, JSON.readTree(value));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  KitCopy delete(String file) {
    try {
      Files.delete(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Changes the header of model.safetensors. */
  KitCopy header(UnaryOperator<ObjectNode> change) {
    Path file = folder.resolve("model.safetensors");
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] old = new byte[(int) bytes.getLong()];
      bytes.get(old);
      ObjectNode changed = change.apply((ObjectNode) JSON.readTree(old));
      byte[] header = changed.toString().getBytes(StandardCharsets.UTF_8);
      ByteBuffer whole =
          ByteBuffer.allocate(8 + header.length + bytes.remaining())
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .put(header)
              .put(bytes);
      Files.write(file, whole.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Renames tensors. */
  public KitCopy rename(UnaryOperator<String> names) {
    return header(
        old -> {
          ObjectNode renamed = JSON.createObjectNode();
          old.fields()
              .forEachRemaining(
                  e -> {
                    boolean tensor = !e.getKey().equals("__metadata__");
                    renamed.set(tensor ? names.apply(e.getKey()) : e.getKey(), e.getValue());
                  });
          return renamed;
        });
  }

  public Checkpoint read() {
    return read(FactOverrides.NONE);
  }

  public Checkpoint read(FactOverrides facts) {
    return Checkpoint.read(folder, "copy", facts);
  }

  /** Every weight of a checkpoint in fp32, in order. */
  public static List<float[]> weights(Checkpoint checkpoint) {
    return checkpoint.weights().shapes().keySet().stream()
        .map(
            name -> {
              var floats = Widened.of(checkpoint.weights(), name);
              float[] values = new float[floats.remaining()];
              floats.get(values);
              return values;
            })
        .toList();
  }
}
