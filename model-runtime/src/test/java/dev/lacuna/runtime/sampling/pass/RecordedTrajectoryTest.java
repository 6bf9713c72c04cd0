package dev.lacuna.runtime.sampling.pass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RandomSource;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.pass.PassSampler.Masks;
import dev.lacuna.runtime.sampling.pass.PassSampler.Proposals;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Complete runs of the published samplers, without their models: fed with the recorded confidences
 * and random numbers, each step must choose the recorded positions.
 */
class RecordedTrajectoryTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A recorded run; its name tells the family in reports of failures. */
  record Trajectory(String name, JsonNode json) {

    JsonNode parameter(String key) {
      return json.get("parameters").path(key);
    }

    List<JsonNode> steps() {
      return StreamSupport.stream(json.get("steps").spliterator(), false).toList();
    }

    /** Positions of the masks before the first step. */
    int[] masks() {
      return ints(steps().get(0).path("masked_positions"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Trajectory> trajectories() throws IOException, URISyntaxException {
    Path kit = Path.of(RecordedTrajectoryTest.class.getResource("/conformance").toURI());
    List<Trajectory> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(kit)) {
      for (Path file : files.filter(f -> f.toString().matches(".*traj_.*json")).sorted().toList()) {
        String name = kit.relativize(file).toString();
        if (!name.startsWith("sundae")) {
          found.add(new Trajectory(name, JSON.readTree(file.toFile())));
        }
      }
    }
    return found.stream();
  }

  @Test
  void shouldCoverTheKit() throws Exception {
    assertThat(trajectories()).hasSizeGreaterThanOrEqualTo(28);
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void shouldChooseTheRecordedPositions(Trajectory trajectory) {
    int[] positions = trajectory.masks();
    PassSampler sampler =
        PassSamplers.of(settings(trajectory), facts(trajectory), random(trajectory), 1, positions);
    boolean[] open = new boolean[positions.length];
    Arrays.fill(open, true);
    int step = 0;
    for (JsonNode recorded : trajectory.steps()) {
      step++;
      Masks masks = new Masks(open.clone(), new float[open.length]);
      assertThat(sampler.over(step - 1, masks)).isFalse();
      int[] proposed = sampler.propose(step, masks);
      Proposals proposals =
          new Proposals(
              proposed, new boolean[proposed.length], confidences(recorded, positions, proposed));
      int[] unmasked =
          Arrays.stream(sampler.choose(step, masks, proposals).filled())
              .map(i -> proposed[i])
              .toArray();
      for (int mask : unmasked) {
        open[mask] = false;
      }
      assertThat(Arrays.stream(unmasked).map(mask -> positions[mask]))
          .as("step %d", step)
          .containsExactly(boxed(recorded.get("unmasked_positions")));
      if (recorded.has("number_transfer_tokens")) {
        assertThat(unmasked).hasSize(recorded.get("number_transfer_tokens").intValue());
      }
    }
    assertThat(sampler.over(step, new Masks(open, new float[open.length]))).isTrue();
    assertThat(sampler.steps())
        .isEqualTo(step)
        .isEqualTo(trajectory.json().get("forward_calls").intValue());
  }

  private static SamplingSettings settings(Trajectory trajectory) {
    int asked = trajectory.parameter("steps").asInt();
    int steps = asked == 0 ? trajectory.parameter("diffusion_steps").asInt() : asked;
    String algorithm =
        trajectory.parameter("alg").asText() + trajectory.parameter("remasking").asText();
    CountSchedule counts =
        switch (algorithm) {
          case "low_confidence", "random" -> CountSchedule.EVEN;
          case "origin", "" -> CountSchedule.INDEPENDENT;
          default -> CountSchedule.LINEAR;
        };
    UnmaskingOrder order =
        switch (algorithm) {
          case "origin", "", "random" -> UnmaskingOrder.RANDOM;
          case "topk_margin" -> UnmaskingOrder.MARGIN;
          case "entropy" -> UnmaskingOrder.ENTROPY;
          default -> UnmaskingOrder.CONFIDENCE;
        };
    return new SamplingSettings(
        steps,
        order,
        new RevealRule.Scheduled(counts),
        0f,
        1f,
        0,
        0f,
        trajectory.parameter("block_length").asInt(),
        1f,
        List.of(),
        0);
  }

  private static ModelFacts facts(Trajectory trajectory) {
    float epsilon = (float) trajectory.parameter("eps").asDouble();
    return new ModelFacts(
        "recorded",
        "",
        "",
        200,
        200,
        200,
        new SpecialTokens(199, SpecialTokens.NONE, SpecialTokens.NONE, 0),
        200,
        new Conventions(
            false, Conventions.FirstRow.OWN, Conventions.Noise.ABSORBING, false, epsilon, false),
        SamplingDefaults.plain(1),
        true);
  }

  /**
   * Recorded numbers: LLaDA and DiffuLLaMA draw one for every position of the canvas, the others
   * one for every mask.
   */
  private static RandomSource random(Trajectory trajectory) {
    return (pass, step, position, stream) -> {
      JsonNode recorded = trajectory.steps().get(step - 1);
      JsonNode uniforms = recorded.path("uniforms");
      int[] masked = ints(recorded.get("masked_positions"));
      boolean perMask = uniforms.size() == masked.length;
      int index = perMask ? Arrays.binarySearch(masked, position) : position;
      return uniforms.path(index).floatValue();
    };
  }

  private static float[] confidences(JsonNode recorded, int[] positions, int[] proposed) {
    int[] masked = ints(recorded.get("masked_positions"));
    float[] confidences = new float[proposed.length];
    for (int i = 0; i < proposed.length; i++) {
      int index = Arrays.binarySearch(masked, positions[proposed[i]]);
      confidences[i] = recorded.path("confidences").path(index).floatValue();
    }
    return confidences;
  }

  @ParameterizedTest
  @MethodSource("trajectories")
  void shouldHaveTheRecordedTimesteps(Trajectory trajectory) {
    JsonNode recorded = trajectory.json().path("timesteps");
    float epsilon = (float) trajectory.parameter("eps").asDouble();
    int steps = recorded.size() - 1;
    for (int i = 0; i <= steps; i++) {
      assertThat(Timesteps.at(epsilon, steps, i))
          .as("entry %d", i)
          .isEqualTo(recorded.get(i).floatValue());
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  private static Integer[] boxed(JsonNode array) {
    return Arrays.stream(ints(array)).boxed().toArray(Integer[]::new);
  }
}
