package dev.lacuna.evaluation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.evaluation.conformance.CaseResult.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A comparison that can't fail proves nothing: each test spoils one thing. */
class SpoiltKitTest {

  private static final String SMDM = "traj_greddy_cfg0.json";

  @TempDir private Path folder;

  @Test
  void shouldFailThatCaseAloneWhenOneTokenOfATrajectoryDiffers() {
    List<CaseResult> results =
        KitCopy.of("smdm", folder)
            .edit(SMDM, run -> KitCopy.list(KitCopy.step(run, 3), "canvas_out").set(9, 5))
            .run();

    CaseResult failed = only(results);
    assertThat(failed.kind()).isEqualTo(CaseKind.TRAJECTORY);
    assertThat(failed.name()).isEqualTo("greddy_cfg0");
    assertThat(failed.reason())
        .startsWith("step 3 (alone), position 9: token is ")
        .contains("expected 5");
    assertThat(results)
        .filteredOn(result -> result.outcome() == Outcome.PASSED)
        .hasSizeGreaterThan(15);
  }

  @Test
  void shouldFailThatCaseAloneWhenOneLogitIsOff() {
    List<CaseResult> results =
        KitCopy.of("smdm", folder)
            .only("logits")
            .add("logits_prefix_then_masks.f32", 3 * 96 + 7, 2e-4f)
            .run();

    CaseResult failed = only(results);
    assertThat(failed.name()).isEqualTo("prefix_then_masks");
    assertThat(failed.reason()).startsWith("row 3: logit 7 is ").contains("allowed 1e-04");
    assertThat(failed.worst()).isBetween(1.5e-4, 2.5e-4);
    assertThat(results).hasSize(3);
  }

  @Test
  void shouldNameTheMistakeWhenLogitsAreThoseOfUnroundedTables() {
    KitCopy kit = KitCopy.of("smdm", folder).only("logits");
    // The mistaken logits stand where the right ones did, and the right ones are the mistake.
    kit.edit(
        "logits.json",
        logits -> {
          ObjectNode first = (ObjectNode) logits.at("/cases/0");
          String right = first.get("file").textValue();
          first.put("file", first.get("alt_file_fp32_rope").textValue());
          first.put("alt_file_fp32_rope", right);
        });

    assertThat(only(kit.run()).reason()).endsWith("weren't rounded to bfloat16");
  }

  @Test
  void shouldFailThatCaseAloneWhenAProbabilityDiffers() {
    List<CaseResult> results =
        KitCopy.of("diffullama-gqa", folder)
            .only("sampling")
            .edit(
                "sampling.json",
                sampling -> {
                  ArrayNode list = (ArrayNode) sampling.at("/cases/1/top_k_5/probabilities");
                  list.set(0, list.get(0).doubleValue() + 0.001);
                  list.set(1, list.get(1).doubleValue() - 0.001);
                })
            .run();

    CaseResult failed = only(results);
    assertThat(failed.name()).isEqualTo("canvas 2 top_k_5");
    assertThat(failed.reason()).startsWith("20000 evenly spread draws: share of token ");
    assertThat(results).hasSize(6);
  }

  @Test
  void shouldFailWhenATokenOutsideTheSupportIsDrawn() {
    KitCopy kit =
        KitCopy.of("diffullama-gqa", folder)
            .only("sampling")
            .edit(
                "sampling.json",
                sampling -> {
                  ObjectNode first = (ObjectNode) sampling.at("/cases/0");
                  first.set("top_k_4", first.remove("top_k_5"));
                });

    assertThat(only(kit.run()).name()).isEqualTo("canvas 1 top_k_4");
  }

  @Test
  void shouldSkipADistributionWhenTheKitLeavesItOut() {
    List<CaseResult> results =
        KitCopy.of("diffullama-gqa", folder)
            .only("sampling")
            .edit(
                "sampling.json",
                sampling -> ((ObjectNode) sampling.at("/cases/0")).putNull("top_k_5"))
            .run();

    assertThat(results).filteredOn(CaseResult::failed).isEmpty();
    assertThat(results).filteredOn(result -> result.outcome() == Outcome.SKIPPED).hasSize(1);
  }

  @Test
  void shouldFailWhenARecordedUniformIsWrong() {
    KitCopy kit =
        KitCopy.of("smdm", folder)
            .onlyTrajectory("traj_origin_cfg0.json")
            .edit(
                "traj_origin_cfg0.json",
                run -> {
                  ArrayNode uniforms = KitCopy.list(KitCopy.step(run, 1), "uniforms");
                  boolean chosen = uniforms.get(0).doubleValue() < 0.14;
                  uniforms.set(0, chosen ? 0.9 : 0.01);
                });

    assertThat(only(kit.run()).reason()).startsWith("step 1 (alone): unmasked positions are ");
  }

  @Test
  void shouldFailWhenAConfidenceIsOff() {
    KitCopy kit =
        KitCopy.of("smdm", folder)
            .onlyTrajectory(SMDM)
            .edit(
                SMDM,
                run -> {
                  ArrayNode confidences = KitCopy.list(KitCopy.step(run, 2), "confidences");
                  confidences.set(1, confidences.get(1).doubleValue() + 2e-5);
                });

    assertThat(only(kit.run()).reason())
        .startsWith("step 2 (alone), position ")
        .contains("confidence is ")
        .contains("allowed 1e-05");
  }

  @Test
  void shouldFailWhenAProposalThatNoStepNeededDiffers() {
    KitCopy kit =
        KitCopy.of("smdm", folder)
            .onlyTrajectory("traj_origin_cfg0.json")
            .edit(
                "traj_origin_cfg0.json",
                run -> {
                  ObjectNode step = KitCopy.step(run, 1);
                  int unneeded =
                      step.get("masked_positions")
                              .get(0)
                              .equals(step.get("unmasked_positions").get(0))
                          ? 1
                          : 0;
                  KitCopy.list(step, "argmax_at_masked").set(unneeded, 3);
                });

    assertThat(only(kit.run()).reason()).contains("(all positions)").contains("expected 3");
  }

  @Test
  void shouldFailWhenNoiseIsMissing() {
    KitCopy kit =
        KitCopy.of("llada", folder)
            .onlyTrajectory("traj_gumbel.json")
            .delete("golden/traj_gumbel.gumbel.f64");

    assertThat(only(kit.run()).reason()).endsWith("traj_gumbel.gumbel.f64: no such file");
  }

  @Test
  void shouldFailThatCaseAloneWhenAFileIsMissing() {
    List<CaseResult> results =
        KitCopy.of("smdm", folder)
            .only("trajectories")
            .delete("golden/traj_origin_cfg1.5.json")
            .run();

    CaseResult failed = only(results);
    assertThat(failed.name()).isEqualTo("origin_cfg1.5");
    assertThat(failed.reason()).endsWith("traj_origin_cfg1.5.json: no such file");
    assertThat(results).hasSize(6);
  }

  @Test
  void shouldFailEveryCaseThatNeedsTheModelWhenItsWeightsAreMissing() {
    List<CaseResult> results = KitCopy.of("smdm-gqa", folder).delete("model.safetensors").run();

    assertThat(results)
        .filteredOn(result -> result.kind() != CaseKind.TOKENIZER)
        .isNotEmpty()
        .allMatch(result -> result.failed() && result.reason().contains("model.safetensors"));
    assertThat(results)
        .filteredOn(result -> result.kind() == CaseKind.TOKENIZER)
        .isNotEmpty()
        .noneMatch(CaseResult::failed);
  }

  @Test
  void shouldFailThatCaseAloneWhenATextHasAnotherToken() {
    List<CaseResult> results =
        KitCopy.of("smdm", folder)
            .only("tokenizer")
            .edit(
                "tokenizer.json",
                texts -> ((ArrayNode) texts.at("/cases/2/ids_without_special_tokens")).set(0, 5))
            .run();

    CaseResult failed = only(results);
    assertThat(failed.name()).startsWith("text 3 ");
    assertThat(failed.reason()).startsWith("without special tokens: ids at index 0 is ");
  }

  @ParameterizedTest
  @CsvSource({
    "alg, entropic, 'alg is \"entropic\", expected greddy or origin'",
    "top_a, 0.3, 'no parameter that this version doesn''t know'",
    "temperature, 0.5, 'for the run records no noise'",
    "mask_token_id, 95, 'expected 96'"
  })
  void shouldFailNotSkipWhenAParameterIsNotUnderstood(String key, String value, String reason) {
    KitCopy kit =
        KitCopy.of("smdm", folder)
            .onlyTrajectory(SMDM)
            .edit(
                SMDM,
                run -> {
                  ObjectNode parameters = (ObjectNode) run.get("parameters");
                  if (key.equals("alg")) {
                    parameters.put(key, value);
                  } else {
                    parameters.put(key, Double.valueOf(value));
                  }
                });

    assertThat(only(kit.run()).reason()).contains(reason);
  }

  @Test
  void shouldFailWhenTheSourceIsUnknown() {
    KitCopy kit =
        KitCopy.of("smdm", folder)
            .onlyTrajectory(SMDM)
            .edit(SMDM, run -> run.put("source", "other"));

    assertThat(only(kit.run()).reason())
        .contains("source is \"other\", expected generate_samples, ");
  }

  private static CaseResult only(List<CaseResult> results) {
    assertThat(results).filteredOn(CaseResult::failed).hasSize(1);
    return results.stream().filter(CaseResult::failed).findFirst().orElseThrow();
  }
}
