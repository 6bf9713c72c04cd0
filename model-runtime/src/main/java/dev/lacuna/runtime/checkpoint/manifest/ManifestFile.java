package dev.lacuna.runtime.checkpoint.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.CheckpointJson;
import dev.lacuna.runtime.checkpoint.files.FileNames;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads and writes {@code lacuna.json}, the manifest of a model folder; untrusted as any file. */
public final class ManifestFile {

  private static final long MAX_BYTES = 1 << 20;
  private static final int MAX_WIDTH = 1 << 24;
  private static final int MAX_CANVAS = 1 << 20;
  private static final String IMPORTED = "lacuna";
  private static final String PLAIN = "plain";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Line feeds on every system: the same model has the same bytes. */
  private static final DefaultPrettyPrinter LAYOUT =
      new DefaultPrettyPrinter()
          .withObjectIndenter(new DefaultIndenter("  ", "\n"))
          .withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private ManifestFile() {}

  /** What a folder with a manifest holds. */
  public sealed interface Kind {

    /** A model that was imported. */
    record Imported(Manifest manifest) implements Kind {}

    /** A plain ONNX model. */
    record Plain(PlainManifest manifest) implements Kind {}
  }

  /** Whether a folder has a manifest; otherwise it may be a checkpoint in its published layout. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(Manifest.FILE));
  }

  /**
   * Reads and checks a manifest.
   *
   * @param name name by which requests ask for the model; null for the manifest's own
   * @throws CheckpointException naming the key at fault
   */
  public static Kind read(Path folder, String name) {
    JsonObject json = CheckpointJson.READER.read(folder.resolve(Manifest.FILE), MAX_BYTES);
    int version = json.integer("format", 1, Integer.MAX_VALUE);
    if (version != Manifest.VERSION) {
      throw json.wrong("format", Manifest.VERSION + ", the one this version reads");
    }
    JsonObject graph = json.object("graph");
    String interfaceName = graph.optionalText("interface").orElse(PLAIN);
    return switch (interfaceName) {
      case IMPORTED -> new Kind.Imported(imported(json, name));
      case PLAIN -> new Kind.Plain(plain(json, graph));
      default -> throw graph.wrong("interface", "\"lacuna\" or \"plain\"");
    };
  }

  private static Manifest imported(JsonObject json, String name) {
    json.allowOnly(
        Set.of(
            "format",
            "name",
            "family",
            "revision",
            "dtype",
            "created_by",
            "graph",
            "data",
            "tokenizer",
            "sources",
            "parameters",
            "vocabulary",
            "embeddings",
            "tokens",
            "canvas_limit",
            "special",
            "conventions",
            "defaults"));
    int vocabulary = json.integer("vocabulary", 2, MAX_WIDTH);
    int embeddings = json.integer("embeddings", 2, MAX_WIDTH);
    ModelFacts facts =
        new ModelFacts(
            name == null ? text(json, "name") : name,
            digest(json, "revision"),
            text(json, "family"),
            vocabulary,
            embeddings,
            json.integer("tokens", 1, MAX_WIDTH),
            ManifestFacts.special(json),
            json.integer("canvas_limit", 1, MAX_CANVAS),
            ManifestFacts.conventions(json),
            ManifestFacts.defaults(json),
            false);
    FactChecks.check(json.file(), facts);
    return new Manifest(
        facts,
        dtype(json),
        bytes(json, "parameters"),
        file(json, "graph"),
        json.object("graph").optionalBool("hides_padding").orElse(true),
        file(json, "data"),
        file(json, "tokenizer"),
        sources(json),
        text(json, "created_by"));
  }

  private static PlainManifest plain(JsonObject json, JsonObject graph) {
    json.allowOnly(
        Set.of(
            "format",
            "family",
            "graph",
            "vocabulary",
            "embeddings",
            "canvas_limit",
            "special",
            "conventions",
            "defaults"));
    graph.allowOnly(Set.of("file", "interface"));
    return new PlainManifest(
        fileName(graph, "file"),
        json.optionalText("family").orElse("onnx"),
        json.optionalInteger("vocabulary", 2, MAX_WIDTH),
        json.optionalInteger("embeddings", 2, MAX_WIDTH),
        json.integer("canvas_limit", 1, MAX_CANVAS),
        ManifestFacts.special(json),
        ManifestFacts.conventions(json),
        ManifestFacts.defaults(json));
  }

  private static List<SourceFile> sources(JsonObject json) {
    JsonNode array = json.node().path("sources");
    if (!array.isArray() || array.isEmpty()) {
      throw json.wrong("sources", array, "a list of files");
    }
    List<SourceFile> sources = new ArrayList<>();
    for (JsonNode entry : array) {
      if (!entry.isObject()) {
        throw json.wrong("sources", entry, "objects with file and bytes");
      }
      JsonObject source = json.within("sources", entry);
      source.allowOnly(Set.of("file", "bytes"));
      sources.add(new SourceFile(fileName(source, "file"), bytes(source, "bytes")));
    }
    return sources;
  }

  private static ModelFile file(JsonObject json, String key) {
    JsonObject file = json.object(key);
    file.allowOnly(
        key.equals("graph")
            ? Set.of("file", "bytes", "sha256", "interface", "hides_padding")
            : Set.of("file", "bytes", "sha256"));
    return new ModelFile(fileName(file, "file"), bytes(file, "bytes"), digest(file, "sha256"));
  }

  private static String text(JsonObject json, String key) {
    Optional<String> text = json.optionalText(key);
    if (text.isEmpty() || text.get().isBlank() || text.get().length() > 1000) {
      throw json.wrong(key, "a text of 1 to 1000 characters");
    }
    return text.get();
  }

  /** A name that can't lead out of the folder. */
  private static String fileName(JsonObject json, String key) {
    String name = text(json, key);
    if (!FileNames.isPlain(name)) {
      throw json.wrong(key, "the name of a file in the same folder");
    }
    return name;
  }

  private static String digest(JsonObject json, String key) {
    String digest = text(json, key);
    if (!digest.matches("[0-9a-f]{64}")) {
      throw json.wrong(key, "64 hexadecimal digits");
    }
    return digest;
  }

  private static long bytes(JsonObject json, String key) {
    JsonNode value = json.node().path(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw json.wrong(key, value, "a whole number from 0");
    }
    return value.longValue();
  }

  private static String dtype(JsonObject json) {
    String name = text(json, "dtype");
    boolean known = name.equals(Manifest.PLAIN_DTYPE) || NumberFormat.ofWireName(name).isPresent();
    if (!known) {
      throw json.wrong("dtype", "\"fp32\", \"fp16\", \"int8\" or \"onnx\"");
    }
    return name;
  }

  /** The manifest's text: the same for the same model, with a line feed at its end. */
  public static byte[] write(Manifest manifest) {
    ModelFacts facts = manifest.facts();
    ObjectNode json = JSON.createObjectNode();
    json.put("format", Manifest.VERSION);
    json.put("name", facts.name());
    json.put("family", facts.family());
    json.put("revision", facts.revision());
    json.put("dtype", manifest.dtype());
    json.put("created_by", manifest.createdBy());
    write(manifest.graph(), json.putObject("graph"))
        .put("interface", IMPORTED)
        .put("hides_padding", manifest.hidesPadding());
    write(manifest.data(), json.putObject("data"));
    write(manifest.tokenizer(), json.putObject("tokenizer"));
    ArrayNode sources = json.putArray("sources");
    manifest
        .sources()
        .forEach(file -> sources.addObject().put("file", file.name()).put("bytes", file.bytes()));
    json.put("parameters", manifest.parameters());
    json.put("vocabulary", facts.vocabulary());
    json.put("embeddings", facts.embeddings());
    json.put("tokens", facts.tokens());
    json.put("canvas_limit", facts.canvasLimit());
    ManifestFacts.write(facts.special(), json.putObject("special"));
    ManifestFacts.write(facts.conventions(), json.putObject("conventions"));
    ManifestFacts.write(facts.defaults(), json.putObject("defaults"));
    try {
      return (JSON.writer(LAYOUT).writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can always be written", e);
    }
  }

  private static ObjectNode write(ModelFile file, ObjectNode into) {
    return into.put("file", file.name()).put("bytes", file.bytes()).put("sha256", file.sha256());
  }

  /** Facts of a plain model, once its graph and tokenizer are known. */
  public static ModelFacts facts(
      Path folder, PlainManifest plain, String name, String revision, int vocabulary, int tokens) {
    ModelFacts facts =
        new ModelFacts(
            name,
            revision,
            plain.family(),
            vocabulary,
            orElse(plain.embeddings(), vocabulary),
            tokens,
            plain.special(),
            plain.canvasLimit(),
            plain.conventions(),
            plain.defaults(),
            false);
    FactChecks.check(folder.resolve(Manifest.FILE), facts);
    return facts;
  }

  private static int orElse(OptionalInt value, int fallback) {
    return value.orElse(fallback);
  }
}
