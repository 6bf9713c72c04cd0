package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.engine.AwaitedRun;
import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * How often a run through the engine, with its steps, order and samplers, brings the original token
 * back.
 *
 * <p>Threading: used by one thread.
 */
public final class EngineInfill {

  private final GenerationEngine engine;
  private final ModelFacts facts;
  private final LongSupplier nanos;

  /**
   * Fills with an engine.
   *
   * @param engine serves the model; has nothing else to do, if seconds are to mean anything
   * @param nanos a monotonic clock
   */
  public EngineInfill(GenerationEngine engine, ModelFacts facts, LongSupplier nanos) {
    this.engine = engine;
    this.facts = facts;
    this.nanos = nanos;
  }

  /**
   * What came of some documents.
   *
   * @param right right tokens and masked tokens of each document
   * @param steps steps that each document took, and one for each: their mean is a document's
   * @param seconds wall time of all documents together
   */
  public record Outcome(DocumentSums right, DocumentSums steps, double seconds) {

    /** Masks that a step unmasked on average. */
    public double tokensPerStep() {
      return right.tokens() / Arrays.stream(steps.sums()).sum();
    }

    /** These and other documents under the same settings. */
    public Outcome and(Outcome other) {
      return new Outcome(right.and(other.right), steps.and(other.steps), seconds + other.seconds);
    }

    /** Wall seconds for each document, the documents sharing batches. */
    public double secondsPerDocument() {
      return seconds / right.documents();
    }
  }

  /**
   * Masks documents and has them filled.
   *
   * @param done told how many documents are behind it
   * @throws IllegalStateException if the engine fails
   */
  public Outcome measure(
      List<EvaluationCanvas> documents,
      Masking masking,
      SamplingSettings settings,
      IntConsumer done) {
    List<DocumentPlan> plans =
        documents.stream().map(canvas -> plan(canvas, masking.of(canvas))).toList();
    long begun = nanos.getAsLong();
    List<AwaitedRun> runs = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      int sample = documents.get(i).document() + 1;
      runs.add(AwaitedRun.submit(engine, facts.name(), plans.get(i), settings, sample));
    }
    double[] right = new double[plans.size()];
    long[] masked = new long[plans.size()];
    double[] steps = new double[plans.size()];
    for (int i = 0; i < plans.size(); i++) {
      RunProgress finished = runs.get(i).await();
      int[] tokens = documents.get(i).tokens();
      int[] expected =
          Arrays.stream(plans.get(i).maskPositions()).map(position -> tokens[position]).toArray();
      right[i] = ForwardAccuracy.equal(finished.maskTokens(), expected);
      masked[i] = expected.length;
      steps[i] = finished.stepsTotal();
      done.accept(i + 1);
    }
    double seconds = (nanos.getAsLong() - begun) / 1e9;
    long[] ones = new long[plans.size()];
    Arrays.fill(ones, 1);
    return new Outcome(new DocumentSums(right, masked), new DocumentSums(steps, ones), seconds);
  }

  /**
   * A document whose masks stand where they are wanted, token for token; its text is not needed.
   */
  private DocumentPlan plan(EvaluationCanvas canvas, int[] masks) {
    int[] tokens = canvas.tokens().clone();
    for (int position : masks) {
      tokens[position] = facts.special().hasMask() ? facts.maskToken() : 0;
    }
    List<DocumentPlan.BlankSpan> blanks = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= masks.length; i++) {
      if (i == masks.length || masks[i] != masks[i - 1] + 1) {
        blanks.add(
            new DocumentPlan.BlankSpan(masks[first], i - first, blanks.size(), false, false));
        first = i;
      }
    }
    return DocumentPlan.onOneCanvas(
        new Document(List.of()), tokens, blanks, tokens.length - masks.length);
  }
}
