package dev.lacuna.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestDefaultsTest {

  @Test
  void shouldFillInOnlyWhatIsOpen() {
    GenerationRequest open =
        GenerationRequest.newBuilder().setId("a").setDocument(List.of()).build();
    GenerationRequest decided =
        GenerationRequest.newBuilder(open)
            .setId("b")
            .setSampling(Sampling.newBuilder().setSteps(3).setSeed(4L).build())
            .build();

    List<GenerationRequest> filled =
        new RequestDefaults(Optional.of(8), 10).fill(List.of(open, decided, open));

    assertThat(filled).extracting(r -> r.getSampling().getSteps()).containsExactly(8, 3, 8);
    assertThat(filled).extracting(r -> r.getSampling().getSeed()).containsExactly(10L, 4L, 12L);
    assertThat(new RequestDefaults(Optional.empty(), 1).fill(List.of(open)))
        .extracting(r -> r.getSampling().getSteps())
        .containsOnlyNulls();
  }
}
