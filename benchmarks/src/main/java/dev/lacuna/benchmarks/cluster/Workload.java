package dev.lacuna.benchmarks.cluster;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.TextCodec;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.TimingDetail;
import dev.lacuna.worker.kafka.WireDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The requests of a benchmark: canvases of one length, about half of each to be filled, all with as
 * many steps; the model's defaults for the rest.
 *
 * @param jobs by their number
 */
public record Workload(List<Job> jobs) {

  /**
   * One request, as the engine and as the wire want it.
   *
   * @param number from 0
   */
  public record Job(int number, Document document, SamplingSettings settings, DocumentPlan plan) {

    /** For the wire. */
    public GenerationRequest request(String id, TimingDetail timings) {
      return GenerationRequest.newBuilder()
          .setId(id)
          .setDocument(WireDocuments.toWire(document))
          .setSampling(
              Sampling.newBuilder().setSteps(settings.steps()).setSeed(settings.seed()).build())
          .setTimings(timings)
          .build();
    }

    /** Tokens to be generated. */
    public int masks() {
      return plan.maskCount();
    }
  }

  /**
   * Cuts the beginnings out of some texts.
   *
   * @param texts joined and taken from one place after the other
   * @param lengthTokens of every canvas
   */
  public static Workload of(
      LoadedModel model, List<String> texts, int lengthTokens, int steps, int count) {
    String corpus = String.join(" ", texts);
    List<Job> jobs = new ArrayList<>();
    int at = 0;
    for (int number = 0; number < count; number++) {
      String known = beginning(model.codec(), corpus, at, lengthTokens / 2);
      at = (at + known.length()) % Math.max(1, corpus.length() - 16 * lengthTokens);
      at = corpus.indexOf(' ', at) + 1;
      int blank = lengthTokens - model.codec().encode(known).length;
      Document document =
          new Document(
              List.of(
                  new Document.Text(known),
                  new Document.Blank(blank, Optional.empty(), Document.BlankLength.EXACT)));
      jobs.add(job(model, number, document, steps));
    }
    return new Workload(List.copyOf(jobs));
  }

  private static Job job(LoadedModel model, int number, Document document, int steps) {
    SamplingSettings settings =
        valid(
            model
                .model()
                .settings(
                    SamplingOverrides.builder().steps(steps).seed(1_000L + number).build(), 0));
    return new Job(number, document, settings, valid(model.model().plan(document)));
  }

  /** Whole words of at most so many tokens, and the space behind the last. */
  private static String beginning(TextCodec codec, String corpus, int from, int tokensMax) {
    int end = from;
    int next = corpus.indexOf(' ', from);
    while (next >= 0 && codec.encode(corpus.substring(from, next + 1)).length <= tokensMax) {
      end = next + 1;
      next = corpus.indexOf(' ', end);
    }
    return corpus.substring(from, end);
  }

  private static <T> T valid(Checked<T> checked) {
    if (checked instanceof Checked.Refused<T> refused) {
      throw new IllegalArgumentException(refused.refusal().message());
    }
    return ((Checked.Valid<T>) checked).value();
  }
}
