package dev.lacuna.runtime.onnx;

import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RandomSource;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingRules;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.StartNoise;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded runs of LLaMA-shaped models, through the engine and its graph, canvas by canvas. */
class EngineTrajectoryTest {

  @ParameterizedTest
  @CsvSource({
    "diffullama, prefix",
    "diffullama, infill",
    "diffullama, unconditional",
    "diffullama-gqa, prefix",
    "diffullama-bf16, prefix",
    "sundae, argmax",
    "sundae, subset",
    "sundae, argmax_unrolled"
  })
  void shouldTakeTheReferencesStepsTokenForToken(String folder, String name) throws Exception {
    JsonNode golden = TestModels.conformance(folder).golden("traj_" + name + ".json");
    EngineModel model = TestModels.published(folder);
    RunSpec spec = spec(model, golden, folder);
    List<StepReport> reports = run(model, spec);
    assertThat(reports).hasSize(golden.get("forward_calls").intValue());
    List<JsonNode> steps = StreamSupport.stream(golden.get("steps").spliterator(), false).toList();
    boolean unrolled = spec.settings().rule() instanceof RevealRule.Unrolled;
    for (int i = 0; i < steps.size(); i++) {
      StepReport last = reports.get(unrolled ? 2 * i : i);
      assertThat(canvas(spec, model, last.progress()))
          .as("after step %d", i)
          .isEqualTo(ints(steps.get(i).get("canvas_out")));
    }
    if (name.equals("argmax")) {
      JsonNode confidences = steps.get(steps.size() - 1).get("confidences");
      float[] found = reports.get(reports.size() - 1).progress().confidences();
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i]).isCloseTo(confidences.get(i).doubleValue(), within(1e-5));
      }
    }
  }

  private static List<StepReport> run(EngineModel model, RunSpec spec) throws Exception {
    List<StepReport> reports = new ArrayList<>();
    CompletableFuture<RunProgress> over = new CompletableFuture<>();
    try (DenoisingEngine engine = new DenoisingEngine(List.of(model), EngineOptions.DEFAULT)) {
      engine.submit(
          spec,
          event -> {
            if (event instanceof RunEvent.StepDone step) {
              reports.add(step.report());
            } else if (event instanceof RunEvent.Finished finished) {
              over.complete(finished.progress());
            }
          });
      assertThat(over.get(60, TimeUnit.SECONDS).masked()).isZero();
    }
    return reports;
  }

  private static RunSpec spec(EngineModel model, JsonNode golden, String folder) {
    int[] canvas = ints(golden.get("initial_canvas"));
    JsonNode first = golden.get("steps").get(0);
    int[] positions =
        ints(
            golden.has("blank_positions")
                ? golden.get("blank_positions")
                : first.get("masked_positions"));
    List<DocumentPlan.BlankSpan> blanks =
        Arrays.stream(positions)
            .mapToObj(at -> new DocumentPlan.BlankSpan(at, 1, 0, false, false))
            .toList();
    int[] tape = canvas.clone();
    if (positions[0] == 0) {
      tape[0] = first.get("proposals").get(0).intValue(); // input_ids[0] of the reference
    }
    DocumentPlan plan = DocumentPlan.onOneCanvas(new Document(List.of()), tape, blanks, 0);
    return new RunSpec(
        folder,
        plan,
        settings(golden.get("parameters"), model.facts()),
        random(golden, positions, model.facts().tokens()),
        1,
        0,
        Long.MAX_VALUE,
        0,
        RunProgress.start(plan));
  }

  private static SamplingSettings settings(JsonNode parameters, ModelFacts facts) {
    int steps = parameters.path("steps").asInt() + parameters.path("diffusion_steps").asInt();
    if (parameters.has("rho")) {
      return asRequested(steps, (float) parameters.get("rho").asDouble(), facts);
    }
    RevealRule rule = new RevealRule.Scheduled(CountSchedule.INDEPENDENT);
    float fraction = (float) parameters.path("fraction").asDouble(1);
    return new SamplingSettings(
        steps, UnmaskingOrder.RANDOM, rule, 0f, 1f, 0, 0f, 0, fraction, List.of(), 0);
  }

  /** What a request gets that asks for unrolled decoding. */
  private static SamplingSettings asRequested(int steps, float share, ModelFacts facts) {
    SamplingOverrides overrides =
        SamplingOverrides.builder()
            .steps(steps)
            .schedule("unrolled")
            .updateFraction(share)
            .temperature(0f)
            .topP(1f)
            .build();
    return validOf(SamplingRules.decide(overrides, facts, 2 * steps, 0));
  }

  /** Recorded choices as numbers: a subset is high for the chosen, a start token its share. */
  private static RandomSource random(JsonNode golden, int[] positions, int tokens) {
    int[] canvas = ints(golden.get("initial_canvas"));
    return (pass, step, position, stream) -> {
      if (stream == CounterRandom.NOISE_STREAM) {
        return (canvas[position] + 0.5f) / tokens;
      }
      if (stream != CounterRandom.ORDER_STREAM) {
        return 0f;
      }
      JsonNode recorded = golden.get("steps").path(step - 1);
      if (recorded.has("updated_positions")) {
        int[] updated = ints(recorded.get("updated_positions"));
        return Arrays.binarySearch(updated, position) >= 0 ? 0.999f : 0f;
      }
      return recorded.path("uniforms").path(position).floatValue();
    };
  }

  private static int[] canvas(RunSpec spec, EngineModel model, RunProgress progress) {
    int[] canvas = spec.plan().tokens().clone();
    int[] positions = spec.plan().maskPositions();
    for (int mask = 0; mask < positions.length; mask++) {
      int token = progress.maskTokens()[mask];
      boolean noise = model.facts().replacesTokens();
      int blank =
          noise
              ? StartNoise.token(spec.random(), 1, positions[mask], model.facts().tokens())
              : model.facts().maskToken();
      canvas[positions[mask]] = token == RunProgress.MASKED ? blank : token;
    }
    return canvas;
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
