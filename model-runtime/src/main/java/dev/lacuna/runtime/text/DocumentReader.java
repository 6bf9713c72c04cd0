package dev.lacuna.runtime.text;

import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.TextEnd;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import dev.lacuna.runtime.text.DocumentPlan.BlankSpan;
import dev.lacuna.runtime.text.FilledDocument.FilledBlank;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the text of a finished run.
 *
 * <p>Threading: immutable; any thread may call {@link #read}.
 */
public final class DocumentReader {

  private final ModelFacts facts;
  private final TextCodec codec;

  /** Reads for one model. */
  public DocumentReader(ModelFacts facts, TextCodec codec) {
    this.facts = facts;
    this.codec = codec;
  }

  /**
   * The document with its blanks filled; text outside blanks comes back as it was sent, never
   * through the tokenizer.
   *
   * @param plan the canvases
   * @param settings the run's; its stop tokens end the text of a trailing blank that may end early,
   *     as the end token does
   * @param finished its run, no mask left in any pass
   * @throws IllegalArgumentException if masks are left or the run belongs to another plan
   */
  public FilledDocument read(DocumentPlan plan, SamplingSettings settings, RunProgress finished) {
    if (finished.maskTokens().length != plan.maskCount() || finished.masked() > 0) {
      throw new IllegalArgumentException("the run is not a finished run of this plan");
    }
    StringBuilder text = new StringBuilder();
    List<FilledBlank> filled = new ArrayList<>();
    int firstMask = 0;
    for (Segment segment : plan.document().segments()) {
      if (segment instanceof Text known) {
        text.append(known.content());
      } else {
        BlankSpan span = plan.blanks().get(filled.size());
        int end = firstMask + span.length();
        if (span.endAllowed()) {
          int[] tokens = finished.maskTokens();
          end = new TextEnd(facts, settings).find(tokens, firstMask, end);
        }
        filled.add(readBlank(plan, span, finished, firstMask, end, text));
        text.append(filled.get(filled.size() - 1).text());
        firstMask += span.length();
      }
    }
    return new FilledDocument(text.toString(), filled, meanLogProbability(filled, finished));
  }

  private FilledBlank readBlank(
      DocumentPlan plan,
      BlankSpan span,
      RunProgress finished,
      int firstMask,
      int end,
      CharSequence before) {
    int[] tokens = Arrays.copyOfRange(finished.maskTokens(), firstMask, end);
    boolean startsDocument = span.start() == Tape.lead(facts).length;
    String decoded = startsDocument ? codec.decode(tokens) : codec.decodeAfter(tokens);
    List<Segment> segments = plan.document().segments();
    String text =
        BlankEdges.set(
            decoded,
            span.takesLeadingSpace(),
            codec.spacesTokens(),
            before,
            segments,
            span.segment());
    float[] confidences = Arrays.copyOfRange(finished.confidences(), firstMask, end);
    return new FilledBlank(
        ((Blank) segments.get(span.segment())).name(), text, tokens, confidences);
  }

  /**
   * Over the tokens that are text. A run that ended its only blank at once has none; then over all
   * its tokens, so that the figure stays comparable.
   */
  private static double meanLogProbability(List<FilledBlank> filled, RunProgress finished) {
    double sum = 0;
    int count = 0;
    for (FilledBlank blank : filled) {
      sum += sumOfLogs(blank.confidences());
      count += blank.confidences().length;
    }
    if (count > 0) {
      return sum / count;
    }
    return sumOfLogs(finished.confidences()) / finished.confidences().length;
  }

  /** A confidence too small for a float counts as the smallest float, not as log 0. */
  private static double sumOfLogs(float[] confidences) {
    double sum = 0;
    for (float confidence : confidences) {
      sum += Math.log(Math.max(confidence, Float.MIN_VALUE));
    }
    return sum;
  }
}
