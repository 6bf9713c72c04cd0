package dev.lacuna.cli.client;

import dev.lacuna.console.Counted;
import dev.lacuna.console.Style;
import dev.lacuna.console.Visible;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.StepTiming;
import java.util.List;
import java.util.Locale;

/** Records as a person reads them. */
public final class CompletionText {

  private CompletionText() {}

  /**
   * A heading and the filled documents, or the error.
   *
   * @param document the request's segments where they are known, otherwise empty
   */
  public static String of(GenerationCompletion completion, List<Object> document, Style style) {
    StringBuilder text =
        new StringBuilder(style.bold("● " + Visible.of(completion.getId()))).append("  ");
    if (completion.getStatus() != CompletionStatus.COMPLETED) {
      text.append(style.bad(completion.getStatus().name()));
      ErrorDetail error = completion.getError();
      if (error != null) {
        text.append("  ").append(Visible.of(error.getCode() + ": " + error.getMessage()));
      }
      return text.append('\n').toString();
    }
    text.append(style.dim(facts(completion))).append('\n');
    for (Sample sample : completion.getSamples()) {
      if (completion.getSamples().size() > 1) {
        text.append(style.dim("sample " + sample.getSample())).append('\n');
      }
      text.append(FilledText.render(document, sample, style)).append('\n');
    }
    return text.toString();
  }

  /** One line for a step. */
  public static String of(StepTiming timing) {
    return String.format(
        Locale.ROOT,
        "%s  sample %d pass %d step %d/%d  masks %d → %d  %.1f ms for %s",
        Visible.of(timing.getId()),
        timing.getSample(),
        timing.getPass(),
        timing.getStep(),
        timing.getSteps(),
        timing.getMaskedBefore(),
        timing.getMaskedAfter(),
        timing.getDeviceMicros() / 1000.0,
        Counted.of(timing.getBatchRows(), "row"));
  }

  private static String facts(GenerationCompletion completion) {
    return "%s, %s, %s, seed %d"
        .formatted(
            completion.getStatus(),
            Counted.of(completion.getGeneratedTokens(), "token"),
            Counted.of(completion.getStepsRun(), "step"),
            completion.getSeed());
  }
}
