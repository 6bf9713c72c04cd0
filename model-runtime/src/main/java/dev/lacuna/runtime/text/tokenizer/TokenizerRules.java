package dev.lacuna.runtime.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * What a {@code tokenizer.json} may hold. The tokenizers library is native code that ends the
 * process where a file asks for what it did not foresee (tokenizers 0.21: nesting beyond its
 * parser's limit, a prefix that merges lack, empty patterns, a stop behind the text, …), so a file
 * that was damaged or made in error must not reach it. Tokenizers are trusted (SECURITY.md): this
 * is no defence against their authors. The kinds listed are all that the library knows (0.21.4);
 * others it would refuse too, but a component without a kind it would take by its shape.
 */
final class TokenizerRules {

  private static final Set<String> NORMALIZERS =
      Set.of(
          "Sequence",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Nmt",
          "Lowercase",
          "Strip",
          "StripAccents",
          "BertNormalizer",
          "ByteLevel",
          "Prepend",
          "Replace",
          "Precompiled");
  private static final Set<String> PRE_TOKENIZERS =
      Set.of(
          "Sequence",
          "ByteLevel",
          "Whitespace",
          "WhitespaceSplit",
          "BertPreTokenizer",
          "Metaspace",
          "Punctuation",
          "Digits",
          "CharDelimiterSplit",
          "Split",
          "UnicodeScripts",
          "FixedLength");
  private static final Set<String> DECODERS =
      Set.of(
          "Sequence",
          "ByteLevel",
          "WordPiece",
          "Metaspace",
          "BPEDecoder",
          "CTC",
          "ByteFallback",
          "Fuse",
          "Strip",
          "Replace");

  private static final int MAX_PARTS = 64;

  /** How much longer replacements may make a text. */
  private static final double MAX_GROWTH = 64;

  /** The library's trie of pieces recurses once a byte. */
  private static final int MAX_TOKEN_CHARACTERS = 2000;

  private static final int MAX_ID = 1 << 26;

  private int parts;
  private double growth = 1;

  private TokenizerRules() {}

  /**
   * Checks a file.
   *
   * @throws IllegalArgumentException with what it holds that it must not
   */
  static void check(JsonNode root) {
    TokenizerRules rules = new TokenizerRules();
    rules.component("normalizer", root.path("normalizer"), NORMALIZERS);
    rules.component("pre_tokenizer", root.path("pre_tokenizer"), PRE_TOKENIZERS);
    rules.component("decoder", root.path("decoder"), DECODERS);
    checkVocabulary(root.path("model").path("vocab"));
    checkModel(root.path("model"));
    checkAdded(root.path("added_tokens"));
  }

  private void component(String where, JsonNode part, Set<String> kinds) {
    if (part.isMissingNode() || part.isNull()) {
      return;
    }
    String kind = part.path("type").asText("");
    if (!kinds.contains(kind)) {
      throw new IllegalArgumentException(
          "its %s is of type '%s', which this version doesn't know"
              .formatted(where, kind.length() > 40 ? kind.substring(0, 40) + "…" : kind));
    }
    if (++parts > MAX_PARTS) {
      throw new IllegalArgumentException("it has more than " + MAX_PARTS + " components");
    }
    switch (kind) {
      case "Sequence" -> {
        for (JsonNode inner : part.path(where.replace("pre_tokenizer", "pretokenizer") + "s")) {
          component(where, inner, kinds);
        }
      }
      case "Prepend" -> require(!text(part, "prepend").isEmpty(), where, "prepends nothing");
      case "Replace" -> replace(where, part);
      case "Split" -> pattern(where, part.path("pattern"), true);
      case "Strip" ->
          require(part.path("stop").asLong(0) == 0, where, "strips ends (stop), expected 0");
      case "FixedLength" ->
          require(
              part.path("length").asLong(1) != 0, where, "has a length of 0, expected 1 or more");
      case "Precompiled" -> CharsMapRules.check(text(part, "precompiled_charsmap"));
      default -> {} // Nothing that the library could trip over.
    }
  }

  private void replace(String where, JsonNode part) {
    pattern(where, part.path("pattern"), false);
    int length = Math.max(1, part.path("pattern").path("String").asText("").length());
    growth *= Math.max(1, text(part, "content").length() / (double) length);
    require(growth <= MAX_GROWTH, where, "makes texts more than " + MAX_GROWTH + " times longer");
  }

  private static void pattern(String where, JsonNode pattern, boolean mayMatchNothing) {
    if (pattern.path("Regex").isTextual()) {
      RegexRules.check(pattern.path("Regex").textValue(), mayMatchNothing);
    } else {
      require(!pattern.path("String").asText("").isEmpty(), where, "has an empty pattern");
    }
  }

  private static void checkVocabulary(JsonNode vocabulary) {
    if (vocabulary.isArray()) {
      for (JsonNode piece : vocabulary) {
        checkToken(piece.path(0).asText(""));
      }
      return;
    }
    vocabulary
        .fields()
        .forEachRemaining(
            token -> {
              checkToken(token.getKey());
              checkId(token.getValue());
            });
  }

  private static void checkToken(String text) {
    require(
        text.length() <= MAX_TOKEN_CHARACTERS,
        "vocabulary",
        "has a token of "
            + text.length()
            + " characters, expected at most "
            + MAX_TOKEN_CHARACTERS);
  }

  private static void checkId(JsonNode id) {
    require(
        id.isInt() && id.intValue() >= 0 && id.intValue() < MAX_ID,
        "vocabulary",
        "has an id that is no whole number from 0 to " + (MAX_ID - 1));
  }

  private static void checkModel(JsonNode model) {
    JsonNode vocabulary = model.path("vocab");
    String kind = model.path("type").asText("");
    JsonNode unknown = model.path("unk_token");
    if (kind.equals("WordLevel") || kind.equals("WordPiece")) {
      require(unknown.isTextual(), "model", "has no unk_token");
    }
    if (unknown.isTextual()) {
      require(
          vocabulary.has(unknown.textValue()), "model", "has an unk_token that no token's text is");
    }
    if (vocabulary.isArray()) {
      int id = model.path("unk_id").asInt(-1);
      require(
          model.path("unk_id").isInt() && id >= 0 && id < vocabulary.size(),
          "model",
          "has no unk_id that is a token's id");
    }
    String prefix = model.path("continuing_subword_prefix").asText("");
    for (JsonNode merge : model.path("merges")) {
      String right =
          merge.isArray()
              ? merge.path(1).asText()
              : merge.asText().substring(merge.asText().indexOf(' ') + 1);
      require(
          kind.equals("WordPiece")
              || model.path("continuing_subword_prefix").isNull()
              || right.startsWith(prefix),
          "model",
          "has a merge whose second part lacks continuing_subword_prefix");
    }
  }

  /** A token is found in texts by its characters. */
  private static void checkAdded(JsonNode tokens) {
    for (JsonNode token : tokens) {
      checkId(token.path("id"));
      checkToken(token.path("content").asText(""));
      require(
          token.path("content").isTextual() && !token.path("content").textValue().isEmpty(),
          "added token " + token.path("id").asLong(),
          "has no content");
    }
  }

  private static String text(JsonNode part, String key) {
    return part.path(key).asText("");
  }

  private static void require(boolean good, String where, String otherwise) {
    if (!good) {
      throw new IllegalArgumentException("its " + where + " " + otherwise);
    }
  }
}
