package dev.lacuna.runtime.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.onnx.ForwardPassOptions;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The public kit, whole. */
class ConformanceKitTest {

  @Test
  void shouldPassEveryCaseOfThePublicKit() throws URISyntaxException {
    Kit kit = Kit.read(Path.of(ConformanceKitTest.class.getResource("/conformance").toURI()));
    List<CaseResult> results = new ArrayList<>();
    ConformanceRunner.run(
        kit,
        new ConformanceOptions(Optional.empty(), 1, ForwardPassOptions.defaults().withThreads(2)),
        results::add);

    assertThat(results)
        .filteredOn(result -> result.outcome() != CaseResult.Outcome.PASSED)
        .isEmpty();
    Map<CaseKind, Integer> counts = new EnumMap<>(CaseKind.class);
    results.forEach(result -> counts.merge(result.kind(), 1, Integer::sum));
    // 36 logits cases of 12 models …
    assertThat(counts).containsEntry(CaseKind.TRAJECTORY, 44);
  }
}
