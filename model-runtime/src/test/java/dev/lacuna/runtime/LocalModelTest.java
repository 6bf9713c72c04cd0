package dev.lacuna.runtime;

import static dev.lacuna.runtime.check.CheckedAssert.refusalOf;
import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.BlankMarkup;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.runtime.text.tokenizer.HuggingFaceTextCodec;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LocalModelTest {
  private static final SamplingSettings SETTINGS =
      SamplingSettings.plain(16, UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, 1);

  private final HuggingFaceTextCodec codec = demoCodec();
  private final ModelFacts facts = TestFacts.of("demo", "abc", 4096, 4096, 256, 16);
  private final LocalModel model =
      new LocalModel(facts, codec, "abc/fp32", new ModelLimits(64, 500, 1000));

  private static HuggingFaceTextCodec demoCodec() {
    try {
      var url = LocalModelTest.class.getResource("/tokenizers/demo-tokenizer.json");
      return validOf(HuggingFaceTextCodec.load(Path.of(url.toURI()), 0, 1, 2));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private Checked<DocumentPlan> plan(Document document) {
    return model.plan(document);
  }

  @Test
  void shouldGoFromMarkupToTextByteForByte() {
    String markup = "<mask> \u00e9t\u00e9: a library for [[3]] in\tJava\r\n";
    DocumentPlan plan = validOf(BlankMarkup.parse(markup).then(this::plan));
    int[] space = codec.encode(" x");
    int[] tokens = Arrays.copyOf(space, 3);
    Arrays.fill(tokens, space.length, 3, codec.encode("y")[0]);
    RunProgress finished = RunProgress.inFirstPass(1, tokens, new float[] {1f, 1f, 1f});
    FilledDocument read = model.read(plan, SETTINGS, finished);
    String filled = read.blanks().get(0).text();
    assertThat(filled).startsWith("x");
    assertThat(read.text()).isEqualTo(markup.replace("[[3]]", filled));
    assertThat(plan.tokens()).endsWith(1);
    assertThat(Arrays.stream(plan.tokens()).filter(token -> token == 2)).hasSize(3);
  }

  @Test
  void shouldRefuseWithTheModelsOwnLimits() {
    assertThat(refusalOf(BlankMarkup.parse("a [[501]]").then(this::plan)).message())
        .contains("500", "blank.tokens.max");
    assertThat(validOf(model.settings(SamplingOverrides.NONE, 9)).seed()).isEqualTo(9);
    assertThat(model.maxTokenBytes()).isEqualTo(codec.maxTokenBytes());
    assertThat(model.fingerprint()).isEqualTo("abc/fp32");
  }
}
