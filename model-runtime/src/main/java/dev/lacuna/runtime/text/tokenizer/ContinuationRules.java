package dev.lacuna.runtime.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;

/**
 * Takes out of a {@code tokenizer.json} what makes a text's first word special, so that what is
 * left encodes text that follows other text.
 *
 * <p>Three places may put a space before the first word: the normaliser {@code Prepend} (LLaMA 2
 * and 3 as converted from SentencePiece), the pre-tokenizer {@code Metaspace}, and {@code
 * ByteLevel} with {@code add_prefix_space}.
 */
final class ContinuationRules {

  private ContinuationRules() {}

  /** Changes a file's root in place. */
  static void apply(ObjectNode root) {
    if (isPrepend(root.path("normalizer"))) {
      root.putNull("normalizer");
    }
    if (root.path("normalizer").path("normalizers") instanceof ArrayNode parts) {
      for (Iterator<JsonNode> each = parts.iterator(); each.hasNext(); ) {
        if (isPrepend(each.next())) {
          each.remove();
        }
      }
    }
    preTokenizer(root.path("pre_tokenizer"));
  }

  private static boolean isPrepend(JsonNode normalizer) {
    return normalizer.path("type").asText().equals("Prepend");
  }

  private static void preTokenizer(JsonNode node) {
    node.path("pretokenizers").forEach(ContinuationRules::preTokenizer);
    if (!(node instanceof ObjectNode rule)) {
      return;
    }
    switch (rule.path("type").asText()) {
      case "Metaspace" -> {
        rule.remove("add_prefix_space"); // Older files; it must agree with the scheme.
        rule.put("prepend_scheme", "never");
      }
      case "ByteLevel" -> rule.put("add_prefix_space", false);
      default -> {} // No other kind adds anything.
    }
  }
}
