package dev.lacuna.evaluation.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.evaluation.conformance.kit.Kit;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One model of the public kit, copied so that it can be spoilt. */
final class KitCopy {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final String model;

  private KitCopy(Path folder, String model) {
    this.folder = folder;
    this.model = model;
  }

  static Path publicKit() {
    try {
      return Path.of(KitCopy.class.getResource("/conformance").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A kit of one model. */
  static KitCopy of(String model, Path folder) {
    try (Stream<Path> files = Files.walk(publicKit().resolve(model))) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(publicKit().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
      ObjectNode manifest =
          (ObjectNode) JSON.readTree(publicKit().resolve("manifest.json").toFile());
      ArrayNode models = JSON.createArrayNode();
      for (JsonNode entry : manifest.get("models")) {
        if (entry.get("name").textValue().equals(model)) {
          models.add(entry);
        }
      }
      manifest.set("models", models);
      JSON.writeValue(folder.resolve("manifest.json").toFile(), manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new KitCopy(folder, model);
  }

  Path folder() {
    return folder;
  }

  Path file(String name) {
    return folder.resolve(model).resolve(name);
  }

  /** Changes a golden file. */
  KitCopy edit(String golden, Consumer<ObjectNode> change) {
    return editFile(file("golden/" + golden), change);
  }

  /** Changes the model's entry in the manifest. */
  KitCopy editEntry(Consumer<ObjectNode> change) {
    return editFile(
        folder.resolve("manifest.json"), json -> change.accept((ObjectNode) json.at("/models/0")));
  }

  /** Leaves out all goldens but those of one kind. */
  KitCopy only(String key) {
    return editEntry(entry -> ((ObjectNode) entry.get("golden")).retain(key));
  }

  /** Leaves out all goldens but one trajectory. */
  KitCopy onlyTrajectory(String file) {
    return editEntry(
        entry -> {
          entry.putObject("golden").putArray("trajectories").add(file);
        });
  }

  private KitCopy editFile(Path file, Consumer<ObjectNode> change) {
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
      change.accept(json);
      JSON.writeValue(file.toFile(), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Adds to one fp32 number of a golden file. */
  KitCopy add(String golden, int index, float amount) {
    try {
      Path file = file("golden/" + golden);
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int at = index * Float.BYTES;
      numbers.putFloat(at, numbers.getFloat(at) + amount);
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  KitCopy delete(String name) {
    try {
      Files.delete(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  List<CaseResult> run() {
    return run(Kit.read(folder), Optional.empty());
  }

  static List<CaseResult> run(Kit kit, Optional<String> model) {
    List<CaseResult> results = new ArrayList<>();
    ForwardPassOptions forward = ForwardPassOptions.defaults().withThreads(2);
    ConformanceRunner.run(kit, new ConformanceOptions(model, 1, forward), results::add);
    return results;
  }

  static ArrayNode list(JsonNode node, String key) {
    return (ArrayNode) node.get(key);
  }

  static ObjectNode step(ObjectNode trajectory, int index) {
    return (ObjectNode) trajectory.get("steps").get(index);
  }
}
