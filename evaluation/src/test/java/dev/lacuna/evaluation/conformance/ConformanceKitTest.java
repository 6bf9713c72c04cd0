package dev.lacuna.evaluation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.evaluation.conformance.kit.Kit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The public kit, whole. */
class ConformanceKitTest {

  @Test
  void shouldPassEveryCaseWhenThePublicKitIsRun() {
    List<CaseResult> results = KitCopy.run(Kit.read(KitCopy.publicKit()), Optional.empty());

    assertThat(results)
        .filteredOn(result -> result.outcome() != CaseResult.Outcome.PASSED)
        .isEmpty();
    Map<CaseKind, Integer> counts = new EnumMap<>(CaseKind.class);
    results.forEach(result -> counts.merge(result.kind(), 1, Integer::sum));
    // Distributions: 3 for each of 2 canvases of 12 models; texts: 6 for each model.
    assertThat(counts)
        .isEqualTo(
            Map.of(
                CaseKind.LOGITS, 35,
                CaseKind.TRAJECTORY, 44,
                CaseKind.DISTRIBUTION, 72,
                CaseKind.TOKENIZER, 72));
  }
}
