package dev.lacuna.topology.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireRequestTest {

  private static GenerationRequest request(Sampling sampling) {
    return GenerationRequest.newBuilder()
        .setId("r")
        .setDocument(List.of())
        .setSampling(sampling)
        .build();
  }

  @Test
  void shouldPassEverySamplingFieldOn() {
    Sampling sampling =
        Sampling.newBuilder()
            .setSteps(3)
            .setUnmaskingOrder("margin")
            .setTemperature(0.5f)
            .setTopP(0.75f)
            .setTopK(9)
            .setGuidanceScale(1.5f)
            .setThreshold(0.25f)
            .setBlockLength(32)
            .setStopTokens(List.of(4, 5))
            .setSeed(7L)
            .setSchedule("linear")
            .setFactor(0.125f)
            .setEntropyBudget(0.375f)
            .setUpdateFraction(0.625f)
            .build();

    assertThat(WireRequest.sampling(request(sampling)))
        .isEqualTo(
            SamplingOverrides.builder()
                .steps(3)
                .unmaskingOrder("margin")
                .temperature(0.5f)
                .topP(0.75f)
                .topK(9)
                .guidanceScale(1.5f)
                .threshold(0.25f)
                .blockLength(32)
                .stopTokens(List.of(4, 5))
                .seed(7L)
                .schedule("linear")
                .factor(0.125f)
                .entropyBudget(0.375f)
                .updateFraction(0.625f)
                .build());
  }

  @Test
  void shouldLeaveEverythingToTheModelWhenNothingIsSet() {
    assertThat(WireRequest.sampling(request(Sampling.newBuilder().build())))
        .isEqualTo(SamplingOverrides.NONE);
  }
}
