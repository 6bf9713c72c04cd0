package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.fakes.FakeModel;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TopologySettings.DocumentLimits;
import dev.lacuna.topology.process.TopologySettings.Limits;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sizes that are refused before a tokenizer sees the text. */
final class DocumentLimitsTest {
  private final TestParts parts = new TestParts();
  private final AtomicInteger plans = new AtomicInteger();
  private WorkerDriver worker;

  @BeforeEach
  void start() {
    parts.limits = new Limits(20_000, 20_000, 1_000, 4, new DocumentLimits(12, 3, 5, 7));
    parts.models.put("demo", new Counting(new FakeModel("demo", "fp-1", 4), plans));
    worker = new WorkerDriver(parts);
  }

  @AfterEach
  void close() {
    worker.close();
  }

  private static Blank blank(String name) {
    return new Blank(1, name, BlankLength.EXACT);
  }

  private static GenerationRequest.Builder request(Object... segments) {
    return Requests.request("r1").setDocument(List.of(segments));
  }

  private void refused(GenerationRequest.Builder request, String field, String... says) {
    worker.submit(request.build());
    GenerationCompletion answer = worker.completion();
    assertThat(answer.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(answer.getError().getCode()).isEqualTo("TOO_LARGE");
    assertThat(answer.getError().getField()).isEqualTo(field);
    assertThat(answer.getError().getMessage()).contains(says);
    assertThat(plans).as("no tokenizer saw it").hasValue(0);
    assertThat(parts.engine.submitted()).isEmpty();
  }

  private void accepted(GenerationRequest.Builder request) {
    worker.submit(request.build());
    assertThat(parts.engine.submitted()).hasSize(1);
  }

  @Test
  void shouldRefuseWhenTextsTakeMoreBytes() {
    refused(
        request(new Text("ééé"), blank(null), new Text("1234567")),
        "document",
        "13 bytes",
        "limit is 12",
        "document.max.bytes");
    accepted(request(new Text("ééé"), blank(null), new Text("123456")));
  }

  @Test
  void shouldRefuseWhenThereAreMoreBlanks() {
    refused(
        request(blank(null), blank(null), blank(null), blank(null)),
        "document",
        "4 blanks",
        "limit is 3",
        "blanks.max");
    accepted(request(blank(null), blank(null), blank(null)));
  }

  @Test
  void shouldRefuseWhenThereAreMoreTextsThanBlanksCanPart() {
    List<Object> segments = new ArrayList<>(List.of(blank(null)));
    for (int i = 0; i < 7; i++) {
      segments.add(new Text(""));
    }
    refused(request(segments.toArray()), "document", "8 texts", "limit is 7", "blanks.max");
    accepted(request(segments.subList(0, 7).toArray()));
  }

  @Test
  void shouldRefuseWhenABlanksNameIsLonger() {
    refused(
        request(blank("12345"), blank("ééé")),
        "document[1].name",
        "6 bytes",
        "limit is 5",
        "blank.name.max.bytes");
    accepted(request(blank("12345")));
  }

  @Test
  void shouldRefuseWhenLabelsTakeMoreBytes() {
    refused(
        request(blank(null)).setLabels(Map.of("abcd", "efgh")),
        "labels",
        "8 bytes",
        "limit is 7",
        "labels.max.bytes");
    accepted(request(blank(null)).setLabels(Map.of("abcd", "efg")));
  }

  /** Counts the documents that it lays out. */
  private record Counting(GenerationModel model, AtomicInteger plans) implements GenerationModel {
    @Override
    public Checked<DocumentPlan> plan(Document document) {
      plans.incrementAndGet();
      return model.plan(document);
    }

    @Override
    public String name() {
      return model.name();
    }

    @Override
    public String revision() {
      return model.revision();
    }

    @Override
    public String fingerprint() {
      return model.fingerprint();
    }

    @Override
    public int maxTokenBytes() {
      return model.maxTokenBytes();
    }

    @Override
    public Checked<SamplingSettings> settings(SamplingOverrides overrides, long seedIfAbsent) {
      return model.settings(overrides, seedIfAbsent);
    }

    @Override
    public FilledDocument read(DocumentPlan plan, SamplingSettings settings, RunProgress finished) {
      return model.read(plan, settings, finished);
    }
  }
}
