package dev.lacuna.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.LogitsPass;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ways to the same number: logits read in Java, and the engine's sampling head. */
class FamiliesAgreeTest {

  private static final ForwardPassOptions OPTIONS = ForwardPassOptions.defaults().withThreads(2);

  @ParameterizedTest
  @ValueSource(strings = {"llada", "dream", "diffullama", "diffugpt"})
  void shouldFindTheSameTokensAsARunOfOneStepWhateverTheFamily(String folder) throws Exception {
    Path path = kit(folder);
    OpenedCheckpoint opened = Checkpoints.open(path, folder, OPTIONS, facts(folder));
    ModelFacts facts = opened.facts();
    Masking masking = new Masking(0.5, 1, 1);
    SamplingSettings oneStep = SamplingSettings.plain(1, UnmaskingOrder.CONFIDENCE, 0f, 1f, 0, 1);

    try (LogitsPass logits = LogitsPass.open(path, facts(folder), OPTIONS);
        DenoisingEngine engine =
            new DenoisingEngine(
                List.of(new EngineModel(facts, opened.forwardPass())), EngineOptions.DEFAULT)) {
      MaskedPredictor predictor = new LogitsPredictor(logits::run, facts);
      List<EvaluationCanvas> documents = agreeable(predictor, facts, masking);
      DocumentSums byLogits =
          new ForwardAccuracy(predictor, facts.maskToken(), masking).measure(documents, n -> {});
      DocumentSums byEngine =
          new EngineInfill(engine, facts, System::nanoTime)
              .measure(documents, masking, oneStep, n -> {})
              .right();

      assertThat(byEngine.counts()).isEqualTo(byLogits.counts());
      assertThat(byEngine.sums()).isEqualTo(byLogits.sums());
      assertThat(byEngine.perToken().value()).isBetween(0.2, 0.9);
    }
  }

  /**
   * Random texts in which about half of the masks hold what the model would put there, since an
   * untrained model is right about nothing else.
   */
  private static List<EvaluationCanvas> agreeable(
      MaskedPredictor predictor, ModelFacts facts, Masking masking) {
    Random random = new Random(7);
    int[] ids =
        IntStream.range(0, facts.vocabulary())
            .filter(id -> facts.mayPropose(id) && id != facts.endToken())
            .toArray();
    List<EvaluationCanvas> documents = new ArrayList<>();
    for (int document = 0; document < 12; document++) {
      int[] text = random.ints(10 + document, 0, ids.length).map(i -> ids[i]).toArray();
      EvaluationCanvas canvas = EvaluationCanvas.of(document, text, facts);
      MaskedCanvas masked = canvas.masked(masking.of(canvas), facts.maskToken());
      int[] best = predictor.score(List.of(masked)).get(0).best();
      int prefix = facts.special().hasStart() ? 1 : 0;
      for (int i = 0; i < best.length; i++) {
        int place = masked.positions()[i] - prefix;
        text[place] = random.nextBoolean() ? best[i] : text[place];
      }
      documents.add(EvaluationCanvas.of(document, text, facts));
    }
    return documents;
  }

  /** What config.json leaves out. */
  private static FactOverrides facts(String folder) {
    return folder.equals("diffullama")
        ? FactOverrides.NONE.withFamily(folder).withMaskToken(57)
        : FactOverrides.NONE;
  }

  private static Path kit(String folder) throws URISyntaxException {
    return Path.of(FamiliesAgreeTest.class.getResource("/conformance/" + folder).toURI());
  }
}
