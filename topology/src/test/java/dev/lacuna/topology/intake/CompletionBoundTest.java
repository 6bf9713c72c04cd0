package dev.lacuna.topology.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.topology.fakes.FakeModel;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class CompletionBoundTest {

  private static Entry entry(List<Document.Segment> segments, int wanted) {
    return new Entry(
        "r1",
        "demo",
        "rev-demo",
        "fp-1",
        0,
        new Document(segments),
        SamplingSettings.plain(1, UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, 0L),
        wanted,
        wanted,
        false,
        0,
        Long.MAX_VALUE,
        true,
        true,
        true,
        0,
        0,
        Map.of(),
        List.of(),
        "requests");
  }

  @Example
  void shouldStopAtTheLargestLongWhenNumbersAreHuge() {
    List<Document.Segment> blanks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      blanks.add(
          new Document.Blank(Integer.MAX_VALUE, Optional.empty(), Document.BlankLength.EXACT));
    }
    FakeModel model = new FakeModel("demo", "fp", Integer.MAX_VALUE);

    assertThat(CompletionBound.of(entry(blanks, Integer.MAX_VALUE), model))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(CompletionBound.times(3, 5)).isEqualTo(15);
    assertThat(CompletionBound.times(Long.MAX_VALUE, 2)).isEqualTo(Long.MAX_VALUE);
    assertThat(CompletionBound.plus(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
  }

  /** The bound is compared with what the topology really forwards. */
  @Property(tries = 25)
  void shouldNeverBeBelowTheRealCompletion(
      @ForAll @IntRange(min = 1, max = 12) int blankTokens,
      @ForAll @IntRange(min = 1, max = 4) int blanks,
      @ForAll @IntRange(min = 1, max = 4) int samples,
      @ForAll boolean ids,
      @ForAll boolean confidences,
      @ForAll boolean labelled) {
    List<Object> document = new ArrayList<>(List.of(new Text("é ")));
    List<Document.Segment> segments = new ArrayList<>(List.of(new Document.Text("é ")));
    for (int i = 0; i < blanks; i++) {
      document.add(new Blank(blankTokens, "n" + i, BlankLength.EXACT));
      segments.add(
          new Document.Blank(blankTokens, Optional.of("n" + i), Document.BlankLength.EXACT));
    }
    GenerationRequest request =
        Requests.request("r1")
            .setDocument(document)
            .setSamples(samples)
            .setIncludeTokenIds(ids)
            .setIncludeConfidences(confidences)
            .setLabels(labelled ? Map.of("k", "v".repeat(50)) : Map.of())
            .build();
    TestParts parts = new TestParts();
    parts.models.put("demo", new FakeModel("demo", "fp-1", 1)); // tokens are ASCII letters
    int actual;
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(request);
      parts.engine.finish();
      worker.drain();
      actual = FakeWire.encode(FakeWire.SCHEMA, worker.completion()).length + 2;
    }
    Entry plain = entry(segments, samples);
    Entry entry =
        new Entry(
            plain.id(),
            plain.model(),
            plain.revision(),
            plain.fingerprint(),
            0,
            plain.document(),
            plain.settings(),
            samples,
            samples,
            false,
            0,
            Long.MAX_VALUE,
            true,
            ids,
            confidences,
            0,
            0,
            request.getLabels(),
            List.of(),
            "requests");

    assertThat(CompletionBound.of(entry, new FakeModel("demo", "fp-1", 1)))
        .isGreaterThanOrEqualTo(actual);
  }
}
