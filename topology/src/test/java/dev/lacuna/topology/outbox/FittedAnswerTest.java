package dev.lacuna.topology.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.GenerationCompletion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FittedAnswerTest {

  @ParameterizedTest
  @CsvSource({
    "5, 10, 10, 10, false, false",
    "5, 10, 3000, 10, true, false",
    "5, 10, 10, 3000, true, false",
    "5, 3000, 10, 10, true, false",
    "3000, 10, 10, 10, true, true",
    "3000, 3000, 3000, 3000, true, true"
  })
  void shouldFitAndSayWhatIsLeftOut(
      int idChars, int messageChars, int labelChars, int headerBytes, boolean bare, boolean cut) {
    String id = "i".repeat(idChars);
    GenerationCompletion completion =
        GenerationCompletion.newBuilder()
            .setId(id)
            .setStatus(CompletionStatus.FAILED)
            .setError(new ErrorDetail("CODE", "field", "m".repeat(messageChars)))
            .setLabels(Map.of("l", "x".repeat(labelChars)))
            .build();
    List<HeaderEntry> headers = List.of(new HeaderEntry("h", new byte[headerBytes]));
    FittedAnswer answer =
        FittedAnswer.of(
            id.getBytes(StandardCharsets.UTF_8),
            completion,
            headers,
            2000,
            one -> FakeWire.encode(FakeWire.SCHEMA, one));

    assertThat(RecordSize.of(answer.key(), answer.value().length, answer.headers()))
        .isLessThanOrEqualTo(2000);
    assertThat(answer.headers().isEmpty()).isEqualTo(bare);
    assertThat(answer.completion().getLabels().isEmpty()).isEqualTo(bare);
    assertThat(answer.key().length < idChars).isEqualTo(cut);
    assertThat(new String(answer.key(), StandardCharsets.UTF_8))
        .isEqualTo(answer.completion().getId());
    assertThat(answer.completion().getError().getCode()).isEqualTo("CODE");
    if (bare) {
      assertThat(answer.completion().getError().getMessage()).contains("to fit");
    }
  }
}
