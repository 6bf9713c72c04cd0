package dev.lacuna.runtime.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.facts.FactOverrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A model of the conformance kit, as its manifest describes it.
 *
 * @param manifest the model's entry
 */
public record KitModel(JsonNode manifest) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Folder of the kit. */
  public static Path kit() {
    try {
      return Path.of(KitModel.class.getResource("/conformance").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every model of the kit. */
  public static Stream<KitModel> all() {
    JsonNode models = json(kit().resolve("manifest.json")).get("models");
    return StreamSupport.stream(models.spliterator(), false).map(KitModel::new);
  }

  /** The model of a name. */
  public static KitModel of(String name) {
    return all().filter(model -> model.name().equals(name)).findFirst().orElseThrow();
  }

  public String name() {
    return manifest.get("name").textValue();
  }

  public Path folder() {
    return kit().resolve(manifest.get("dir").textValue());
  }

  /** What the folder's files don't say. */
  public FactOverrides facts() {
    FactOverrides facts = FactOverrides.NONE.withFamily(manifest.get("family").textValue());
    return manifest.has("model") ? facts.withConfig(manifest.get("model").toString()) : facts;
  }

  public Checkpoint read() {
    return Checkpoint.read(folder(), name(), facts());
  }

  /** A golden file. */
  public JsonNode golden(String file) {
    return json(goldenFolder().resolve(file));
  }

  /** Little-endian fp32 numbers of a golden file. */
  public FloatBuffer goldenFloats(String file) {
    try {
      byte[] bytes = Files.readAllBytes(goldenFolder().resolve(file));
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path goldenFolder() {
    return kit().resolve(manifest.get("golden_dir").textValue());
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
