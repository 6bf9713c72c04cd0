package dev.lacuna.runtime.text.tokenizer;

import static dev.lacuna.runtime.check.CheckedAssert.validOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** One tokenizer of every kind that checkpoints come with, by name; loaded once for all tests. */
public final class TokenizerKinds {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Ids of pad, start, end, unknown and mask tokens differ; those that stand in these files. */
  private static final Map<String, HuggingFaceTextCodec> ALL = new LinkedHashMap<>();

  static {
    ALL.put("byte level, whole alphabet", load("/tokenizers/demo-tokenizer.json", 0, 1, 2));
    ALL.put("byte level, part of the alphabet", kit("diffugpt", 41, 111));
    ALL.put("byte level, added mask", kit("diffugpt-resized", 101, 102));
    ALL.put("byte level, LLaDA", kit("llada", 112, 113, 114));
    ALL.put("byte level, Dream", kit("dream", 102, 106));
    ALL.put("LLaMA 2", kit("diffullama", 1, 2, 57, 60));
    ALL.put("LLaMA 2, mask beyond the vocabulary", kit("smdm", 1, 2));
    ALL.put("LLaMA 2 with bytes for unknown text", byteFallback());
    ALL.put("Metaspace", metaspace());
    ALL.put("word level", kit("sundae", 1, 2, 3));
  }

  private TokenizerKinds() {}

  public static Map<String, HuggingFaceTextCodec> all() {
    return ALL;
  }

  public static HuggingFaceTextCodec named(String name) {
    return ALL.get(name);
  }

  private static HuggingFaceTextCodec kit(String model, int... reserved) {
    return load("/conformance/" + model + "/tokenizer.json", reserved);
  }

  private static HuggingFaceTextCodec load(String resource, int... reserved) {
    return validOf(HuggingFaceTextCodec.load(path(resource), reserved));
  }

  private static Path path(String resource) {
    try {
      return Path.of(TokenizerKinds.class.getResource(resource).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The kit's LLaMA shape with the 256 tokens that stand for bytes, as LLaMA itself has them. */
  private static HuggingFaceTextCodec byteFallback() {
    ObjectNode root = llama();
    ObjectNode model = (ObjectNode) root.get("model");
    model.put("byte_fallback", true);
    ObjectNode vocab = (ObjectNode) model.get("vocab");
    int next = vocab.size();
    for (int b = 0; b < 256; b++) {
      vocab.put("<0x%02X>".formatted(b), next++);
    }
    root.withArray("/decoder/decoders").insertObject(1).put("type", "ByteFallback");
    return write(root);
  }

  /** The same vocabulary as newer conversions write it. */
  private static HuggingFaceTextCodec metaspace() {
    ObjectNode root = llama();
    root.putNull("normalizer");
    for (String part : new String[] {"pre_tokenizer", "decoder"}) {
      root.putObject(part)
          .put("type", "Metaspace")
          .put("replacement", "\u2581")
          .put("prepend_scheme", "first")
          .put("split", true);
    }
    return write(root);
  }

  private static ObjectNode llama() {
    try {
      return (ObjectNode) JSON.readTree(path("/conformance/diffullama/tokenizer.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HuggingFaceTextCodec write(ObjectNode root) {
    try {
      Path file = Files.createTempFile("tokenizer", ".json");
      Files.writeString(file, root.toString());
      HuggingFaceTextCodec codec = validOf(HuggingFaceTextCodec.load(file, 1, 2));
      Files.delete(file);
      return codec;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
