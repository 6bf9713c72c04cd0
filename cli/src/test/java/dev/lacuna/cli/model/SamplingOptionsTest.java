package dev.lacuna.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.sampling.SamplingOverrides;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SamplingOptionsTest {

  @Command
  private static final class AnyCommand {
    @Mixin private SamplingOptions sampling;
  }

  private static SamplingOverrides parse(String... arguments) {
    AnyCommand command = new AnyCommand();
    new CommandLine(command).parseArgs(arguments);
    return command.sampling.overrides();
  }

  @Test
  void shouldLeaveEverythingToTheModelWhenNoFlagIsGiven() {
    assertThat(parse()).isEqualTo(SamplingOverrides.NONE);
  }

  @Test
  void shouldHaveAFlagForEveryField() {
    SamplingOverrides overrides =
        parse(
            "--steps=3",
            "--unmasking-order=margin",
            "--schedule=linear",
            "--temperature=0.5",
            "--top-p=0.75",
            "--top-k=9",
            "--guidance-scale=1.5",
            "--threshold=0.25",
            "--factor=0.125",
            "--entropy-budget=0.375",
            "--block-length=32",
            "--update-fraction=0.625",
            "--stop-token=4",
            "--stop-token=5",
            "--seed=7");

    assertThat(overrides)
        .isEqualTo(
            SamplingOverrides.builder()
                .steps(3)
                .unmaskingOrder("margin")
                .schedule("linear")
                .temperature(0.5f)
                .topP(0.75f)
                .topK(9)
                .guidanceScale(1.5f)
                .threshold(0.25f)
                .factor(0.125f)
                .entropyBudget(0.375f)
                .blockLength(32)
                .updateFraction(0.625f)
                .stopTokens(List.of(4, 5))
                .seed(7L)
                .build());
  }
}
