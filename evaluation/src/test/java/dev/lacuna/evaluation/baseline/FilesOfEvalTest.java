package dev.lacuna.evaluation.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.runtime.check.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Held-out texts and baselines in files. */
class FilesOfEvalTest {

  private static final Baselines.Split SPLIT = new Baselines.Split("d0", "70");
  private static final Baselines BASELINES =
      new Baselines(
          new Baselines.Provenance(2, 30, 1, 10, 7, SPLIT, "lacuna eval"),
          new Estimate(6.5, 0.1),
          new Estimate(4.25, 0.2),
          new Estimate(0.04, 0.01),
          new Estimate(0.28, 0.01),
          new Estimate(0.42, Double.NaN));

  @TempDir private Path folder;

  @Test
  void shouldReadTextsInOrderAndSkipBlankLines() throws IOException {
    Path file = file("{\"package\": \"a\", \"text\": \"eins\"}\n\n{\"text\": \"zwei ☕\"}\n");

    assertThat(HeldOutFile.read(file)).isEqualTo(Checked.valid(List.of("eins", "zwei ☕")));
  }

  @Test
  void shouldNameTheLineAndTheCureWhenATextIsMissing() throws IOException {
    assertThat(refusal(HeldOutFile.read(file("{\"text\":\"a\"}\n{\"txt\":\"b\"}\n"))))
        .contains("line 2", "\"text\" is missing", "{\"text\": \"…\"}");
    assertThat(refusal(HeldOutFile.read(file("{\"text\":7}")))).contains("is no string");
    assertThat(refusal(HeldOutFile.read(file("{\"text\":\"\"}")))).contains("is empty");
    assertThat(refusal(HeldOutFile.read(file("[1]")))).contains("\"text\" is missing");
    assertThat(refusal(HeldOutFile.read(file("{\"text\"")))).contains("line 1", "it is no JSON");
  }

  @Test
  void shouldSayWhyAFileOfTextsCannotBeUsed() throws IOException {
    assertThat(refusal(HeldOutFile.read(file("\n")))).contains("holds no document");
    assertThat(refusal(HeldOutFile.read(folder.resolve("none")))).contains("does not exist");
  }

  @Test
  void shouldReadBackTheBaselinesThatItWrote() throws IOException {
    Path file = folder.resolve("b.json");
    BaselineFile.write(file, BASELINES);

    assertThat(BaselineFile.read(file, SPLIT)).isEqualTo(Checked.valid(BASELINES));
  }

  @Test
  void shouldNotUseBaselinesOfAnotherSplit() throws IOException {
    Path file = folder.resolve("b.json");
    BaselineFile.write(file, BASELINES);

    assertThat(refusal(BaselineFile.read(file, new Baselines.Split("d1", "70"))))
        .contains("other documents", "--train FILE");
  }

  @Test
  void shouldSayWhatIsWrongWithAFileOfBaselines() throws IOException {
    assertThat(refusal(BaselineFile.read(folder.resolve("none"), SPLIT)))
        .contains("does not exist", "--train FILE");
    assertThat(refusal(BaselineFile.read(file("{}"), SPLIT))).contains("no file of baselines");
    assertThat(refusal(BaselineFile.read(file("null"), SPLIT))).contains("no file of baselines");
    assertThat(refusal(BaselineFile.read(file("{\"provenance\":3}"), SPLIT)))
        .contains("no file of baselines");
  }

  @Test
  void shouldTellSplitsApartByTheirBytes() throws IOException {
    Path one = Files.writeString(folder.resolve("1"), "a");
    Path two = Files.writeString(folder.resolve("2"), "b");

    assertThat(BaselineFile.split(one, two)).isEqualTo(BaselineFile.split(one, two));
    assertThat(BaselineFile.split(one, two)).isNotEqualTo(BaselineFile.split(two, one));
    assertThat(BaselineFile.split(one, two).documents())
        .isEqualTo("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("file"), content);
  }

  private static String refusal(Checked<?> checked) {
    assertThat(checked).isInstanceOf(Checked.Refused.class);
    return ((Checked.Refused<?>) checked).refusal().message();
  }
}
