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
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings.Limits;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted, and how everything else is answered. */
final class IntakeTest {
  private final TestParts parts = new TestParts();
  private WorkerDriver worker;

  private WorkerDriver worker() {
    if (worker == null) {
      worker = new WorkerDriver(parts);
    }
    return worker;
  }

  @AfterEach
  void close() {
    worker().close();
  }

  private GenerationCompletion refused(GenerationRequest request, String code) {
    worker().submit(request);
    return refused(worker().completion(), code);
  }

  private GenerationCompletion refused(GenerationCompletion completion, String code) {
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(completion.getError().getCode()).isEqualTo(code);
    assertThat(parts.engine.submitted()).isEmpty();
    assertThat(worker().stored(TaskStores.PENDING)).isZero();
    return completion;
  }

  @Test
  void shouldNameTheKnownModelsWhenTheModelIsUnknown() {
    parts.models.put("other", new FakeModel("other", "fp", 4));
    GenerationCompletion answer =
        refused(Requests.request("r1").setModel("gpt").build(), "UNKNOWN_MODEL");

    assertThat(answer.getError().getField()).isEqualTo("model");
    assertThat(answer.getError().getMessage()).contains("'gpt'", "[demo, other]");
    assertThat(answer.getId()).isEqualTo("r1");
    assertThat(answer.getModel()).isEqualTo("gpt");
  }

  @Test
  void shouldPassTheModelsRefusalOnWhenSettingsOrDocumentAreBad() {
    GenerationRequest noSteps =
        Requests.request("r1").setSampling(Sampling.newBuilder().setSteps(0).build()).build();
    assertThat(refused(noSteps, "INVALID_SAMPLING").getError().getField())
        .isEqualTo("sampling.steps");
    GenerationRequest huge =
        Requests.request("r2")
            .setDocument(List.of(new Blank(10_000_000, null, BlankLength.EXACT)))
            .build();
    refused(huge, "DOCUMENT_TOO_LONG");
    GenerationRequest none =
        Requests.request("r3").setDocument(List.of(new Blank(0, null, BlankLength.EXACT))).build();
    refused(none, "DOCUMENT_TOO_LONG");
  }

  @ParameterizedTest
  @CsvSource({"0,,samples", "5,,samples", "-1,,samples", "2,1,bestOf", "1,5,bestOf", "1,0,bestOf"})
  void shouldRefuseWhenSamplesAreOutOfBounds(int samples, Integer bestOf, String field) {
    GenerationRequest request =
        Requests.request("r1").setSamples(samples).setBestOf(bestOf).build();
    worker().submit(request);

    GenerationCompletion answer = worker().completion();
    assertThat(answer.getError().getField()).isEqualTo(field);
    assertThat(answer.getError().getMessage()).contains("4");
  }

  @ParameterizedTest
  @ValueSource(ints = {-101, 101, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void shouldRefuseWhenThePriorityIsOutOfBounds(int priority) {
    refused(Requests.request("r1").setPriority(priority).build(), "INVALID_PRIORITY");
  }

  @ParameterizedTest
  @ValueSource(ints = {-100, 100})
  void shouldAcceptWhenThePriorityIsAtItsBounds(int priority) {
    worker().submit(Requests.request("r1").setPriority(priority).build());

    assertThat(parts.engine.submitted().get(0).priority()).isEqualTo(priority);
  }

  @Test
  void shouldRefuseWhenTheIdIsReservedEmptyOrLong() {
    refused(Requests.request("__lacuna.tick").build(), "RESERVED_ID");
    refused(Requests.request("").build(), "INVALID_ID");
    refused(Requests.request("i".repeat(1025)).build(), "INVALID_ID");
    worker().submit(Requests.request("i".repeat(1024)).build());
    assertThat(parts.engine.submitted()).hasSize(1);
  }

  @Test
  void shouldIgnoreAndCountADuplicateWhenTheFirstIsPending() {
    worker().submit(Requests.request("r1").build());
    worker().submit(Requests.request("r1").setSamples(3).build());
    parts.engine.finish();
    worker().drain();

    assertThat(worker().completion().getSamples()).hasSize(1);
    assertThat(parts.count("lacuna.requests.duplicate")).isEqualTo(1);
    assertThat(parts.count("lacuna.requests.accepted")).isEqualTo(1);
  }

  @Test
  void shouldAnswerWithoutHeadersWhenTheyAreTooLarge() {
    Headers headers = new RecordHeaders().add("big", new byte[998]);
    worker().submit(Requests.request("r1").build(), headers);

    Output record = worker().completionRecords().get(0);
    refused(record.completion(), "HEADERS_TOO_LARGE");
    assertThat(record.headers()).isEmpty();
    assertThat(record.completion().getError().getMessage()).contains("1001", "1000");
    worker().submit(Requests.request("r2").build(), new RecordHeaders().add("big", new byte[997]));
    assertThat(parts.engine.submitted()).hasSize(1);
  }

  @Test
  void shouldRefuseWhenTheLargestCompletionWouldNotFit() {
    parts.limits = new Limits(20_000, 1_000, 500, 4);
    GenerationRequest one =
        Requests.request("r1")
            .setDocument(List.of(new Text("x"), new Blank(60, null, BlankLength.EXACT)))
            .build();
    worker().submit(one);
    assertThat(worker().completions()).isEmpty();
    assertThat(parts.accepted.count()).isEqualTo(1);
    GenerationRequest two = GenerationRequest.newBuilder(one).setId("r2").setSamples(2).build();
    worker().submit(two);

    GenerationCompletion answer = worker().completion();
    assertThat(answer.getError().getCode()).isEqualTo("TOO_LARGE");
    assertThat(answer.getError().getMessage()).contains("completion.max.bytes", "1000");
  }

  @Test
  void shouldRefuseWhenTheStoredRequestOrProgressWouldNotFit() {
    parts.limits = new Limits(400, 50_000, 500, 40);
    GenerationRequest labels =
        Requests.request("r1").setLabels(Map.of("note", "n".repeat(400))).build();
    assertThat(refused(labels, "TOO_LARGE").getError().getMessage()).contains("entry.max.bytes");
    GenerationRequest samples = Requests.request("r2").setBestOf(40).build();
    assertThat(refused(samples, "TOO_LARGE").getError().getField()).isEqualTo("bestOf");
  }

  @Test
  void shouldStillAnswerWhenEvenTheRefusalIsTooLarge() {
    parts.limits = new Limits(2_000, 2_000, 5_000, 4);
    GenerationRequest request =
        Requests.request("r1")
            .setModel("m".repeat(100_000))
            .setLabels(Map.of("note", "n".repeat(3_000)))
            .build();
    worker().submit(request, new RecordHeaders().add("h", new byte[3_000]));

    Output record = worker().completionRecords().get(0);
    GenerationCompletion answer = refused(record.completion(), "UNKNOWN_MODEL");
    assertThat(record.value().length + record.key().length).isLessThan(2_000);
    assertThat(record.headers()).isEmpty();
    assertThat(answer.getLabels()).isEmpty();
    assertThat(answer.getId()).isEqualTo("r1");
    assertThat(answer.getError().getMessage()).contains("to fit");
  }

  @Test
  void shouldAnswerTooLargeWhenACompletionIsLargerThanItsBound() {
    parts.limits = new Limits(20_000, 2_000, 500, 4);
    parts.models.put("demo", new Verbose(new FakeModel("demo", "fp-1", 4)));
    worker().submit(Requests.request("r1").setSamples(4).build());
    assertThat(parts.accepted.count()).isEqualTo(1);
    parts.engine.finish();
    worker().drain();

    Output record = worker().completionRecords().get(0);
    GenerationCompletion answer = record.completion();
    assertThat(answer.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(answer.getError().getCode()).isEqualTo("TOO_LARGE");
    assertThat(answer.getSamples()).isEmpty();
    assertThat(answer.getTimingsTotal()).isEqualTo(worker().timings().size()).isEqualTo(16);
    assertThat(parts.count("lacuna.completions", "status", "failed")).isEqualTo(1);
    assertThat(worker().stored(TaskStores.PENDING)).isZero();
  }

  /** A model whose texts are longer than it said they could be. */
  private record Verbose(GenerationModel model) implements GenerationModel {
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
    public Checked<SamplingSettings> settings(SamplingOverrides overrides, long seed) {
      return model.settings(overrides, seed);
    }

    @Override
    public Checked<DocumentPlan> plan(Document document) {
      return model.plan(document);
    }

    @Override
    public FilledDocument read(DocumentPlan plan, SamplingSettings settings, RunProgress finished) {
      FilledDocument filled = model.read(plan, settings, finished);
      return new FilledDocument(
          filled.text().repeat(100), filled.blanks(), filled.meanLogProbability());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 253_402_300_799_999_999L, 9_223_372_036_854_775_001L})
  void shouldAcceptWhenTheDeadlineIsBeyondTheYear2262(long deadlineMicros) {
    worker().submit(Requests.request("r1").setDeadline(WireTime.instant(deadlineMicros)).build());

    assertThat(parts.engine.submitted().get(0).deadlineMicros()).isEqualTo(deadlineMicros);
  }

  @Test
  void shouldAnswerExpiredWhenTheDeadlineIsTheEarliestThereIs() {
    worker().submit(Requests.request("r1").setDeadline(WireTime.instant(Long.MIN_VALUE)).build());

    assertThat(worker().completion().getStatus()).isEqualTo(CompletionStatus.EXPIRED);
  }
}
