package dev.lacuna.runtime.text.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.json.JsonReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What {@code tokenizer.json} says about tokens, and the two files that are made from it.
 *
 * <p>Format: https://github.com/huggingface/tokenizers, {@code Tokenizer::to_string}.
 */
final class TokenizerDefinition {

  private final ObjectNode root;
  private final Map<Integer, String> vocabulary = new HashMap<>();
  private final Map<Integer, String> added = new HashMap<>();
  private final Set<Integer> hidden = new HashSet<>();

  private TokenizerDefinition(ObjectNode root) {
    this.root = root;
  }

  /**
   * Reads a file's text.
   *
   * @param reservedTokens ids to hide from the encoder beside the special ones
   * @throws JsonProcessingException if it is no JSON
   * @throws IllegalArgumentException if it is no tokenizer; the message says what is missing
   */
  static TokenizerDefinition parse(String text, int... reservedTokens)
      throws JsonProcessingException {
    // Strict as the native parser, which may read another of two equal keys than this one.
    if (!(JsonReader.tree(text) instanceof ObjectNode root)) {
      throw new IllegalArgumentException("it is no JSON object");
    }
    JsonNode vocab = root.path("model").path("vocab");
    if (vocab.isEmpty()) {
      throw new IllegalArgumentException("it has no model.vocab");
    }
    TokenizerRules.check(root);
    TokenizerDefinition file = new TokenizerDefinition(root);
    file.readVocabulary(vocab);
    for (JsonNode token : root.path("added_tokens")) {
      file.added.put(token.path("id").asInt(), token.path("content").asText());
      if (token.path("special").asBoolean()) {
        file.hidden.add(token.path("id").asInt());
      }
    }
    for (int token : reservedTokens) {
      file.hidden.add(token);
    }
    return file;
  }

  /** BPE, WordLevel and WordPiece map token to id; Unigram lists [token, score] in order of id. */
  private void readVocabulary(JsonNode vocab) {
    if (vocab.isArray()) {
      for (int id = 0; id < vocab.size(); id++) {
        vocabulary.put(id, vocab.get(id).path(0).asText());
      }
    } else {
      vocab.fields().forEachRemaining(e -> vocabulary.put(e.getValue().asInt(), e.getKey()));
    }
  }

  /** How a token stands in the file; null if no token has this id. */
  String contentOf(int id) {
    return added.containsKey(id) ? added.get(id) : vocabulary.get(id);
  }

  /** One more than the highest id. */
  int size() {
    int highest = -1;
    for (int id : vocabulary.keySet()) {
      highest = Math.max(highest, id);
    }
    for (int id : added.keySet()) {
      highest = Math.max(highest, id);
    }
    return highest + 1;
  }

  /** An upper bound of the UTF-8 bytes that one token can decode to. */
  int maxTokenBytes() {
    boolean byteLevel = TokenBytes.decodesBytes(root.path("decoder"));
    int most = 1;
    for (String token : vocabulary.values()) {
      most = Math.max(most, byteLevel ? TokenBytes.ofBytes(token) : TokenBytes.ofText(token));
    }
    for (String token : added.values()) {
      most = Math.max(most, Math.max(TokenBytes.ofBytes(token), TokenBytes.ofText(token)));
    }
    return most;
  }

  /** The file itself, without truncation, padding and what is random. */
  String decoderJson() {
    return bare().toString();
  }

  /**
   * The file without its special and reserved tokens: neither as added tokens, which are found in
   * the text first, nor in the model's vocabulary, where whole words are looked up ({@code
   * ignore_merges}, word-level models) and where some families keep their mask as an ordinary
   * token. The token for unknown text stays, for the model can't do without.
   */
  String encoderJson() {
    return encoderRoot().toString();
  }

  private ObjectNode encoderRoot() {
    ObjectNode copy = bare();
    if (copy.path("added_tokens") instanceof ArrayNode tokens) {
      removeIf(tokens, token -> hidden.contains(token.path("id").asInt()));
    }
    ObjectNode model = (ObjectNode) copy.path("model");
    Set<String> unreachable = new HashSet<>();
    for (int id : hidden) {
      if (vocabulary.containsKey(id)) {
        unreachable.add(vocabulary.get(id));
      }
    }
    unreachable.remove(model.path("unk_token").asText(null));
    hideFromVocabulary(model, unreachable);
    return copy;
  }

  /** The same for text that follows other text; equal to {@link #encoderJson} where both do. */
  String continuationJson() {
    ObjectNode copy = encoderRoot();
    ContinuationRules.apply(copy);
    return copy.toString();
  }

  private static void hideFromVocabulary(ObjectNode model, Set<String> unreachable) {
    if (model.path("vocab") instanceof ObjectNode vocab) {
      vocab.remove(unreachable);
    } else if (model.path("vocab") instanceof ArrayNode pieces) {
      int unknown = model.path("unk_id").asInt(-1);
      for (int id = 0; id < pieces.size(); id++) {
        if (id != unknown && unreachable.contains(pieces.get(id).path(0).asText())) {
          // Ids are places in the list, so the piece stays, under a name no text has.
          ((ArrayNode) pieces.get(id)).set(0, "\u0000hidden" + id);
        }
      }
    }
    if (model.path("merges") instanceof ArrayNode merges) {
      int prefix = model.path("continuing_subword_prefix").asText("").length();
      removeIf(merges, merge -> mentions(merge, unreachable, prefix));
    }
  }

  /** A merge is "left right" in older files and ["left", "right"] in newer ones. */
  private static boolean mentions(JsonNode merge, Set<String> unreachable, int prefixLength) {
    String[] parts =
        merge.isArray()
            ? new String[] {merge.path(0).asText(), merge.path(1).asText()}
            : merge.asText().split(" ", 2);
    String left = parts[0];
    String right = parts.length > 1 ? parts[1] : "";
    return unreachable.contains(left)
        || unreachable.contains(right)
        || unreachable.contains(left + right.substring(Math.min(prefixLength, right.length())));
  }

  private ObjectNode bare() {
    ObjectNode copy = root.deepCopy();
    copy.putNull("truncation");
    copy.putNull("padding");
    copy.putNull("post_processor"); // it only adds special tokens and trims offsets
    if (copy.path("model") instanceof ObjectNode model && model.has("dropout")) {
      model.putNull("dropout"); // it draws merges at random, for training
    }
    return copy;
  }

  private static void removeIf(ArrayNode array, Predicate<JsonNode> condition) {
    for (Iterator<JsonNode> each = array.iterator(); each.hasNext(); ) {
      if (condition.test(each.next())) {
        each.remove();
      }
    }
  }
}
