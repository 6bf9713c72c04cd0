package dev.lacuna.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.console.Console;
import dev.lacuna.console.ProgressLine;
import dev.lacuna.console.Style;
import dev.lacuna.evaluation.baseline.Baselines;
import dev.lacuna.evaluation.measure.EngineInfill;
import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.evaluation.measure.EvaluationCanvas;
import dev.lacuna.evaluation.measure.MaskedCanvas;
import dev.lacuna.evaluation.measure.MaskedPredictor;
import dev.lacuna.evaluation.report.EvalJson;
import dev.lacuna.evaluation.report.EvalPlot;
import dev.lacuna.evaluation.report.EvalReport;
import dev.lacuna.evaluation.report.EvalReport.InfillMeasure;
import dev.lacuna.evaluation.report.EvalReport.InfillRow;
import dev.lacuna.evaluation.report.EvalTable;
import dev.lacuna.evaluation.report.Sweep;
import dev.lacuna.evaluation.report.Varied;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.sampling.SamplingRules;
import dev.lacuna.runtime.text.RunProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The measures with a made-up model, and what is shown of them. */
class EvaluationTest {

  private static final int MASK = 2;
  private static final ModelFacts FACTS = facts(Conventions.Noise.ABSORBING);

  /** Brings as many tokens back as the run has steps, up to three quarters, and counts its runs. */
  private static final class Engine implements GenerationEngine {
    final List<RunSpec> specs = new ArrayList<>();

    @Override
    public long forwardPasses() {
      return 0;
    }

    @Override
    public long deviceClockMicros() {
      return 0;
    }

    @Override
    public RunHandle submit(RunSpec spec, Consumer<RunEvent> observer) {
      specs.add(spec);
      int masks = spec.plan().maskCount();
      int right = Math.min(spec.settings().steps(), 3 * masks / 4);
      int[] tokens = new int[masks];
      int[] positions = spec.plan().maskPositions();
      Arrays.setAll(tokens, i -> i < right ? 10 + positions[i] : 9);
      int steps = Math.min(spec.settings().steps(), masks);
      observer.accept(
          new RunEvent.Finished(new RunProgress(1, steps, steps, tokens, new float[masks])));
      return new RunHandle() {
        @Override
        public void cancel() {}

        @Override
        public void share() {}
      };
    }

    @Override
    public Optional<Throwable> failure() {
      return Optional.empty();
    }
  }

  /** Gives every token probability 1/20 and is right at every even position. */
  private static final MaskedPredictor PREDICTOR =
      canvases -> {
        List<MaskedPredictor.Scores> scores = new ArrayList<>();
        for (MaskedCanvas canvas : canvases) {
          double[] logs = new double[canvas.positions().length];
          Arrays.fill(logs, -Math.log(20));
          int[] best =
              Arrays.stream(canvas.positions()).map(p -> p % 2 == 0 ? 10 + p : 9).toArray();
          scores.add(new MaskedPredictor.Scores(logs, best));
        }
        return scores;
      };

  private final Engine engine = new Engine();
  private Checked<MaskedPredictor> predictor = Checked.valid(PREDICTOR);
  private Optional<Checked<EvalReport.Loss>> loss = Optional.empty();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void shouldBoundTheLikelihoodOfAFlatModelExactly() {
    Checked<EvalReport.Measure> bound = evaluation(FACTS).bound(documents(FACTS));

    assertThat(bound).isInstanceOf(Checked.Valid.class);
    EvalReport.Measure measure = ((Checked.Valid<EvalReport.Measure>) bound).value();
    assertThat(measure.estimate().value()).isCloseTo(Math.log(20), within(1e-9));
    assertThat(measure.estimate().standardError()).isCloseTo(0, within(1e-9));
    assertThat(measure.documents()).isEqualTo(6);
    assertThat(measure.tokens()).isEqualTo(6 * 41);
  }

  @Test
  void shouldMeasureEachSettingOnceOnTheSameMasksAndCompareItWithTheBase() {
    List<InfillRow> rows = evaluation(FACTS).infill(documents(FACTS));

    assertThat(rows).hasSize(12 + 4 + 4 + 6);
    assertThat(rows).allMatch(row -> row.result() instanceof Checked.Valid<InfillMeasure>);
    InfillMeasure one = find(rows, Varied.STEPS, "1", 0.5);
    assertThat(one.accuracy().estimate().value()).isCloseTo(1 / 20.0, within(1e-9));
    assertThat(one.steps().value()).isEqualTo(1);
    assertThat(one.tokensPerStep()).isEqualTo(20);
    assertThat(one.againstBase().orElseThrow().value()).isCloseTo(-14 / 20.0, within(1e-9));
    assertThat(find(rows, Varied.STEPS, "16", 0.5).againstBase()).isEmpty();
    assertThat(find(rows, Varied.STEPS, "16", 0.15).againstBase()).isEmpty();
    assertThat(find(rows, Varied.ORDER, "confidence", 0.5).againstBase()).isEmpty();
    assertThat(find(rows, Varied.GUIDANCE, "0", 0.5).againstBase()).isEmpty();
    assertThat(find(rows, Varied.ORDER, "random", 0.5).againstBase()).isPresent();
    // Six to warm up; 12 steps, 3 orders, 3 scales and 6 thresholds: the base runs once.
    assertThat(engine.specs).hasSize(6 + 6 * (12 + 3 + 3 + 6));
  }

  @Test
  void shouldSayWhyWhenAModelThatStartsFromNoiseHasNoBoundAndNoOrder() {
    ModelFacts noise = facts(Conventions.Noise.UNIFORM);
    EvalReport report = report(noise);

    assertThat(report.bound()).isInstanceOf(Checked.Refused.class);
    assertThat(report.forward()).allMatch(row -> row.accuracy() instanceof Checked.Refused<?>);
    assertThat(report.series(Varied.STEPS, 0.5)).hasSize(6);
    assertThat(report.series(Varied.THRESHOLD, 0.5)).isEmpty();
    assertThat(String.join("\n", EvalTable.lines(report, new Style(false))))
        .contains("no bound: model 'toy' starts blanks from uniform random tokens")
        .contains("no run with threshold 0.9: sampling.threshold");
    assertThat(EvalJson.lines(report)).anyMatch(line -> line.contains("\"refused\""));
    assertThat(EvalPlot.svg(report)).contains("denoising steps").doesNotContain("nats per token");
  }

  @Test
  void shouldStillMeasureRunsWhenAModelGivesNoLogits() {
    predictor = Checked.refused("UNSUPPORTED", "model", "no logits here.");

    EvalReport report = report(FACTS);

    assertThat(report.series(Varied.STEPS, 0.5)).hasSize(6);
    assertThat(String.join("\n", EvalTable.lines(report, new Style(false))))
        .contains("no bound: no logits here.", "not for this model: no logits here.");
  }

  @Test
  void shouldShowEveryMeasureInTheTable() {
    String table = String.join("\n", EvalTable.lines(report(FACTS), new Style(false)));

    assertThat(table)
        .contains("Quality of toy", "± is half of the 95 % interval")
        .contains("one forward pass: 6 of them, runs: 6; seed 1; masked: single tokens")
        .contains("0 of 6 longer than the canvas of 64 tokens and cut there")
        .containsPattern("model, upper bound +≤ 3\\.00 ± 0\\.00 +6 +246")
        .containsPattern("interpolated trigram +4\\.23 ± 0\\.07 +1,002 +126,221")
        .containsPattern("steps +1 +15 % ")
        .containsPattern("unmasking order +random +50 % ")
        .containsPattern("guidance scale +0 +50 % .* base ")
        .containsPattern("threshold +0\\.3 +50 % ");
    assertThat(table.lines()).allMatch(line -> line.length() <= 160);
  }

  @Test
  void shouldSayWhatAModelLosesByItsNumbers() throws Exception {
    MaskedPredictor worse =
        canvases ->
            PREDICTOR.score(canvases).stream()
                .map(EvaluationTest::aPercentLessSureAndNeverRight)
                .toList();
    loss =
        Optional.of(
            new NumbersLoss(FACTS, PREDICTOR, worse, 1, 1).measure(documents(FACTS), progress()));
    String table = String.join("\n", EvalTable.lines(report(FACTS), new Style(false)));
    assertThat(table)
        .containsPattern("upper bound of the likelihood +\\+1\\.000 ± 0\\.000 % +6")
        .containsPattern("right, 50 % masked +-[0-9.]+ ± [0-9.]+ points +6 +[1-9][0-9.]+ %");

    String line =
        EvalJson.lines(report(FACTS)).stream()
            .filter(each -> each.contains("againstFp32"))
            .findFirst()
            .orElseThrow();
    JsonNode json = new JsonMapper().readTree(line);
    assertThat(json.get("bound").asDouble()).isCloseTo(0.01, within(1e-9));
    for (JsonNode row : json.get("accuracies")) {
      double wrong = -row.get("differing").doubleValue() / row.get("tokens").doubleValue();
      assertThat(row.get("accuracy").asDouble()).isNegative().isCloseTo(wrong, within(1e-9));
    }
  }

  private static MaskedPredictor.Scores aPercentLessSureAndNeverRight(
      MaskedPredictor.Scores scores) {
    double[] logs = Arrays.stream(scores.logProbabilities()).map(log -> 1.01 * log).toArray();
    int[] wrong = new int[scores.best().length];
    Arrays.fill(wrong, 9);
    return new MaskedPredictor.Scores(logs, wrong);
  }

  @Test
  void shouldPrintOneJsonObjectALine() throws Exception {
    List<String> lines = EvalJson.lines(report(FACTS));

    List<JsonNode> nodes = new ArrayList<>();
    for (String line : lines) {
      nodes.add(new JsonMapper().readTree(line));
    }
    assertThat(nodes).extracting(node -> node.get("type").asText()).contains("evaluation");
    JsonNode bound = nodes.get(1);
    assertThat(bound.get("type").asText()).isEqualTo("likelihoodBound");
    assertThat(bound.get("value").asDouble()).isCloseTo(Math.log(20), within(1e-9));
    JsonNode step = nodes.get(5);
    assertThat(step.get("varied").asText()).isEqualTo("steps");
    assertThat(step.get("maskedShare").asDouble()).isEqualTo(0.15);
    assertThat(step.get("value").isNumber()).isTrue();
    assertThat(lines).noneMatch(line -> line.contains("NaN"));
  }

  @Test
  void shouldDrawWellFormedXmlWithEverySeries() throws Exception {
    String svg = EvalPlot.svg(report(FACTS));

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(names(document, "panel"))
        .containsExactly(
            "Likelihood: lower is better",
            "Steps",
            "Threshold, or a fixed number of steps",
            "Unmasking order, 16 steps",
            "Guidance, 16 steps",
            "What it costs");
    assertThat(names(document, "series"))
        .contains("15 % masked", "50 % masked", "fixed steps", "threshold", "guidance", "order");
    assertThat(names(document, "reference"))
        .containsExactly("best token given both neighbours", "best token given the two before");
    assertThat(svg).doesNotContain("NaN", "Infinity");
    // Two of steps, two of threshold, one of guidance, one of what it costs.
    assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(6);
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(1 + 3);
  }

  @Test
  void shouldEscapeANameThatIsNoXml() throws Exception {
    EvalReport report = report(FACTS, "<a> & \"b\"\u0001");

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(EvalPlot.svg(report).getBytes(StandardCharsets.UTF_8)));

    assertThat(document.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("Quality of <a> & \"b\"\uFFFD");
  }

  private static List<String> names(Document document, String kind) {
    NodeList groups = document.getElementsByTagName("g");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < groups.getLength(); i++) {
      Element group = (Element) groups.item(i);
      if (group.getAttribute("class").equals(kind)) {
        names.add(group.getAttribute("data-name"));
      }
    }
    return names;
  }

  private static InfillMeasure find(
      List<InfillRow> rows, Varied varied, String value, double share) {
    return rows.stream()
        .filter(row -> row.setting().varied() == varied)
        .filter(row -> row.setting().value().equals(value) && row.setting().share() == share)
        .map(EvalReport::measured)
        .findFirst()
        .orElseThrow();
  }

  private EvalReport report(ModelFacts facts) {
    return report(facts, "toy");
  }

  private EvalReport report(ModelFacts facts, String name) {
    Evaluation evaluation = evaluation(facts);
    List<EvaluationCanvas> documents = documents(facts);
    Baselines baselines =
        new Baselines(
            new Baselines.Provenance(
                9, 900, 1002, 129_227, 126_221, new Baselines.Split("a", "b"), "c"),
            new Estimate(6.797, 0.007),
            new Estimate(4.232, 0.034),
            new Estimate(0.039, 0.001),
            new Estimate(0.279, 0.004),
            new Estimate(0.425, 0.006));
    return new EvalReport(
        new EvalReport.Subject(
            name,
            "print",
            "held.jsonl",
            6,
            6,
            6,
            0,
            64,
            4,
            1,
            1,
            new Sweep(facts, 1).description()),
        evaluation.bound(documents),
        evaluation.forward(documents),
        Checked.valid(baselines),
        evaluation.infill(documents),
        loss);
  }

  private EvalProgress progress() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(sink, true, StandardCharsets.UTF_8);
    Console console =
        new Console(stream, stream, new Style(false), new Style(false), false, false, 80);
    return new EvalProgress(new ProgressLine(console, Duration.ofHours(1)), nanos::get);
  }

  private Evaluation evaluation(ModelFacts facts) {
    return new Evaluation(
        facts,
        predictor,
        new EngineInfill(engine, facts, () -> nanos.addAndGet(1_000_000)),
        overrides -> SamplingRules.decide(overrides, facts, 1024, 1),
        progress(),
        1,
        1);
  }

  private static List<EvaluationCanvas> documents(ModelFacts facts) {
    List<EvaluationCanvas> documents = new ArrayList<>();
    int[] text = new int[40];
    Arrays.setAll(text, i -> 10 + i);
    for (int i = 0; i < 6; i++) {
      documents.add(EvaluationCanvas.of(i, text, facts));
    }
    return documents;
  }

  private static ModelFacts facts(Conventions.Noise noise) {
    boolean masks = noise == Conventions.Noise.ABSORBING;
    return new ModelFacts(
        "toy",
        "revision",
        "llama",
        100,
        100,
        100,
        new SpecialTokens(masks ? MASK : SpecialTokens.NONE, SpecialTokens.NONE, 1, 0),
        64,
        new Conventions(false, Conventions.FirstRow.OWN, noise, true, 0f, false),
        SamplingDefaults.plain(16),
        false);
  }
}
