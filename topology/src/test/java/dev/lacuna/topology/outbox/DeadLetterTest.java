package dev.lacuna.topology.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeadLetterTest {

  @ParameterizedTest
  @CsvSource({
    "10, 10, 10, 2000",
    "10, 10, 5000, 2000",
    "10, 5000, 10, 2000",
    "5000, 10, 10, 2000",
    "5000, 5000, 5000, 2000",
    "0, 0, 1800, 2000"
  })
  void shouldFitWhateverTheRecord(int keyBytes, int headerBytes, int valueBytes, int maxBytes) {
    InputRecord record =
        new InputRecord(
            Source.REQUESTS,
            "requests",
            0,
            1,
            0,
            new byte[keyBytes],
            new byte[valueBytes],
            List.of(new HeaderEntry("h", new byte[headerBytes])));
    DeadLetter letter = DeadLetter.of(record, "CODE", "m".repeat(900), maxBytes);

    assertThat(RecordSize.of(letter.key(), letter.value().length, letter.headers()))
        .isLessThanOrEqualTo(maxBytes);
    boolean whole = letter.value().length == valueBytes && letter.key() != null;
    boolean said = letter.headers().stream().anyMatch(h -> h.key().equals(DeadLetter.CUT));
    assertThat(said).isNotEqualTo(whole);
    assertThat(letter.headers()).anyMatch(header -> header.key().equals(DeadLetter.CODE));
  }
}
