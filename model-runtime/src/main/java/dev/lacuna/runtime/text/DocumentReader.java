package dev.lacuna.runtime.text;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.engine.RunProgress;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
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
   * The document with its blanks filled; text outside blanks comes back as it was sent.
   *
   * @param plan the canvas
   * @param finished its run, no mask left
   * @throws IllegalArgumentException if masks are left or the run belongs to another plan
   */
  public FilledDocument read(DocumentPlan plan, RunProgress finished) {
    if (finished.maskTokens().length != plan.maskCount() || finished.masked() > 0) {
      throw new IllegalArgumentException("the run is not a finished run of this plan");
    }
    List<FilledBlank> filled = new ArrayList<>();
    int firstMask = 0;
    for (DocumentPlan.BlankSpan span : plan.blanks()) {
      filled.add(readBlank(plan, span, finished, firstMask));
      firstMask += span.length();
    }
    return new FilledDocument(
        join(plan.document(), filled), filled, meanLogProbability(filled, finished));
  }

  private FilledBlank readBlank(
      DocumentPlan plan, DocumentPlan.BlankSpan span, RunProgress finished, int firstMask) {
    int end = firstMask + span.length();
    if (span.endAllowed()) {
      end = firstMask;
      while (end < firstMask + span.length() && finished.maskTokens()[end] != facts.endToken()) {
        end++;
      }
    }
    int[] tokens = Arrays.copyOfRange(finished.maskTokens(), firstMask, end);
    String text = codec.decode(tokens);
    if (span.takesLeadingSpace() && text.startsWith(" ")) {
      text = text.substring(1);
    }
    Blank blank = (Blank) plan.document().segments().get(span.segment());
    float[] confidences = Arrays.copyOfRange(finished.confidences(), firstMask, end);
    return new FilledBlank(blank.name(), text, tokens, confidences);
  }

  private static String join(Document document, List<FilledBlank> filled) {
    StringBuilder text = new StringBuilder();
    int next = 0;
    for (Segment segment : document.segments()) {
      text.append(segment instanceof Text known ? known.content() : filled.get(next++).text());
    }
    return text.toString();
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
