package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.kit.KitException;
import dev.lacuna.evaluation.conformance.kit.KitFile;
import dev.lacuna.evaluation.conformance.kit.KitModel;
import dev.lacuna.evaluation.conformance.kit.ReferenceTokenizer;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.json.JsonObject;
import dev.lacuna.runtime.text.tokenizer.HuggingFaceTextCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model's texts: ids with and without special tokens, the tokens themselves, and the text that
 * comes back. Texts go through the file's own tokenizer and through the codec that serving uses,
 * which must give the ids without special tokens.
 */
final class TokenizerCases {

  private static final int NAME_CHARS = 24;

  private TokenizerCases() {}

  static List<ConformanceCase> of(KitModel model) {
    if (model.tokenizer().isEmpty()) {
      return List.of();
    }
    Path file = model.tokenizer().get();
    List<JsonObject> texts;
    try {
      texts = KitFile.json(file).objects("cases");
    } catch (KitException e) {
      return List.of(
          ConformanceCase.unreadable(CaseKind.TOKENIZER, file.getFileName().toString(), e));
    }
    List<ConformanceCase> cases = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      JsonObject text = texts.get(i);
      cases.add(
          new ConformanceCase(
              CaseKind.TOKENIZER, name(i, text), finding -> compare(model, text, finding)));
    }
    return cases;
  }

  private static String name(int index, JsonObject golden) {
    String text = golden.node().path("text").asText("");
    String shown = text.length() > NAME_CHARS ? text.substring(0, NAME_CHARS) + "…" : text;
    return "text " + (index + 1) + " \"" + shown + "\"";
  }

  private static void compare(KitModel model, JsonObject golden, Finding finding) {
    Path file = model.folder().resolve("tokenizer.json");
    String text = golden.text("text");
    int[] plain = golden.integers("ids_without_special_tokens");
    try (ReferenceTokenizer own = ReferenceTokenizer.load(file)) {
      ReferenceTokenizer.Encoded withSpecial = own.encode(text, true);
      ReferenceTokenizer.Encoded without = own.encode(text, false);
      finding.same(
          "ids",
          "with special tokens",
          withSpecial.ids(),
          golden.integers("ids_with_special_tokens"));
      finding.same("ids", "without special tokens", without.ids(), plain);
      texts(finding, without.tokens(), golden.texts("tokens"));
      text(finding, "decoded", own.decode(withSpecial.ids()), golden.text("decoded_skip_special"));
      served(file, own, text, plain, golden.text("decoded_skip_special"), finding);
    }
  }

  /** The codec keeps special tokens out of texts by design, so a text with one has other ids. */
  private static void served(
      Path file,
      ReferenceTokenizer own,
      String text,
      int[] plain,
      String decoded,
      Finding finding) {
    Checked<HuggingFaceTextCodec> loaded = HuggingFaceTextCodec.load(file);
    if (loaded instanceof Checked.Refused<HuggingFaceTextCodec> refused) {
      finding.mismatch(refused.refusal().message());
    } else if (loaded instanceof Checked.Valid<HuggingFaceTextCodec> valid) {
      try (HuggingFaceTextCodec codec = valid.value()) {
        if (Arrays.stream(plain).noneMatch(own::isSpecial)) {
          finding.same("ids", "the serving codec", codec.encode(text), plain);
        }
        text(finding, "the serving codec: decoded", codec.decode(plain), decoded);
      }
    }
  }

  private static void texts(Finding finding, List<String> found, List<String> expected) {
    if (!found.equals(expected)) {
      finding.mismatch("tokens are %s, expected %s".formatted(found, expected));
    }
  }

  private static void text(Finding finding, String what, String found, String expected) {
    if (!found.equals(expected)) {
      finding.mismatch("%s is \"%s\", expected \"%s\"".formatted(what, found, expected));
    }
  }
}
