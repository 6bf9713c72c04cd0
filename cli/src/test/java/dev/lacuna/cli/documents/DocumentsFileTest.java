package dev.lacuna.cli.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Text;
import dev.lacuna.wire.TimingDetail;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsFileTest {

  @Test
  void shouldReadEveryFieldWhenAllAreGiven() {
    GenerationRequest request =
        only(
            """
            {"id":"a","text":"x [[24]] y [[8:name]] [[<=4]]","model":"m","samples":2,"bestOf":3,\
            "priority":-5,"deadline":"2030-01-31T12:00:00Z","timings":"NONE",\
            "includeTokenIds":true,"includeConfidences":true,"labels":{"k":"v"},\
            "sampling":{"steps":16,"unmaskingOrder":"random","temperature":0.5,"topP":0.9,\
            "topK":40,"guidanceScale":1.5,"threshold":0.8,"blockLength":32,"stopTokens":[1,2],\
            "seed":9007199254740993,"schedule":"linear","factor":0.5,"entropyBudget":0.15,\
            "updateFraction":0.25}}
            """);

    assertThat(request.getId()).isEqualTo("a");
    assertThat(request.getDocument())
        .containsExactly(
            new Text("x "),
            new Blank(24, null, BlankLength.EXACT),
            new Text(" y "),
            new Blank(8, "name", BlankLength.EXACT),
            new Text(" "),
            new Blank(4, null, BlankLength.UP_TO));
    assertThat(request.getModel()).isEqualTo("m");
    assertThat(request.getSamples()).isEqualTo(2);
    assertThat(request.getBestOf()).isEqualTo(3);
    assertThat(request.getPriority()).isEqualTo(-5);
    assertThat(request.getDeadline()).isEqualTo(Instant.parse("2030-01-31T12:00:00Z"));
    assertThat(request.getTimings()).isEqualTo(TimingDetail.NONE);
    assertThat(request.getIncludeTokenIds()).isTrue();
    assertThat(request.getIncludeConfidences()).isTrue();
    assertThat(request.getLabels()).isEqualTo(Map.of("k", "v"));
    assertThat(request.getSampling().getSteps()).isEqualTo(16);
    assertThat(request.getSampling().getUnmaskingOrder()).isEqualTo("random");
    assertThat(request.getSampling().getTemperature()).isEqualTo(0.5f);
    assertThat(request.getSampling().getTopP()).isEqualTo(0.9f);
    assertThat(request.getSampling().getTopK()).isEqualTo(40);
    assertThat(request.getSampling().getGuidanceScale()).isEqualTo(1.5f);
    assertThat(request.getSampling().getThreshold()).isEqualTo(0.8f);
    assertThat(request.getSampling().getBlockLength()).isEqualTo(32);
    assertThat(request.getSampling().getStopTokens()).containsExactly(1, 2);
    assertThat(request.getSampling().getSeed()).isEqualTo(9007199254740993L);
    assertThat(request.getSampling().getSchedule()).isEqualTo("linear");
    assertThat(request.getSampling().getFactor()).isEqualTo(0.5f);
    assertThat(request.getSampling().getEntropyBudget()).isEqualTo(0.15f);
    assertThat(request.getSampling().getUpdateFraction()).isEqualTo(0.25f);
  }

  @Test
  void shouldLeaveEverythingElseAtItsDefaultWhenOnlyIdAndTextAreGiven() {
    GenerationRequest request = only("{\"id\":\"a\",\"text\":\"[[3]]\"}");

    assertThat(request.getModel()).isNull();
    assertThat(request.getSamples()).isEqualTo(1);
    assertThat(request.getBestOf()).isNull();
    assertThat(request.getDeadline()).isNull();
    assertThat(request.getTimings()).isEqualTo(TimingDetail.STEPS);
    assertThat(request.getSampling().getSteps()).isNull();
    assertThat(request.getSampling().getTemperature()).isNull();
    assertThat(request.getSampling().getSeed()).isNull();
    assertThat(request.getLabels()).isEmpty();
  }

  @Test
  void shouldLeaveImpossibleValuesToTheWorker() {
    GenerationRequest request =
        only(
            "{\"id\":\"a\",\"text\":\"[[0]] [[10000000]]\",\"model\":\"none\","
                + "\"sampling\":{\"steps\":0,\"temperature\":-1}}");

    assertThat(request.getSampling().getSteps()).isZero();
    assertThat(request.getSampling().getTemperature()).isEqualTo(-1f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":\"a\"}|\"text\" is missing",
        "{\"text\":\"x\"}|\"id\" is missing",
        "{\"id\":\"a\",\"text\":\"x\",\"sample\":2}|unknown field \"sample\"; the nearest known one is \"samples\"",
        "{\"id\":\"a\",\"text\":\"x\",\"sampling\":{\"top_p\":1}}|unknown field \"sampling.top_p\"; the nearest known one is \"sampling.topP\"",
        "{\"id\":7,\"text\":\"x\"}|\"id\" is 7; it must be a string",
        "{\"id\":\"a\",\"text\":\"x\",\"samples\":1.5}|\"samples\" is 1.5; it must be a whole number of 32 bits",
        "{\"id\":\"a\",\"text\":\"x\",\"sampling\":{\"seed\":99999999999999999999}}|it must be a whole number of 64 bits",
        "{\"id\":\"a\",\"text\":\"x\",\"sampling\":[]}|\"sampling\" is []; it must be an object",
        "{\"id\":\"a\",\"text\":\"x\",\"sampling\":{\"temperature\":\"1\"}}|\"sampling.temperature\" is \"1\"; it must be a number",
        "{\"id\":\"a\",\"text\":\"x\",\"sampling\":{\"stopTokens\":[\"x\"]}}|it must be an array of whole numbers",
        "{\"id\":\"a\",\"text\":\"x\",\"labels\":{\"k\":1}}|\"labels\" is {\"k\":1}; it must be an object of strings",
        "{\"id\":\"a\",\"text\":\"x\",\"deadline\":\"soon\"}|it must be an instant such as",
        "{\"id\":\"a\",\"text\":\"x\",\"timings\":\"ALL\"}|it must be one of STEPS, NONE",
        "{\"id\":\"a\",\"id\":\"b\",\"text\":\"x\"}|it is no JSON: Duplicate field 'id'",
        "{\"id\":\"a\",\"text\":\"x\"} {}|it is no JSON",
        "{\"id\":\"a\",\"text\":\"x [[y]]\"}|'[[y]]' at character 3 is no blank",
        "{\"id\":\"a\",\"text\":\"x \\ud800\"}|\"text\" has half of a surrogate pair at character 3",
        "{\"id\":\"a\\udc00\",\"text\":\"\"}|\"id\" has half of a surrogate pair at character 2",
        "{\"id\":\"a\",\"text\":\"\",\"labels\":{\"k\":\"\\ud83d\\ude00\\ud800\"}}|\"labels.k\" has half of a surrogate pair at character 2",
        "{\"id\":\"a\",\"text\":\"x\",\"colour\":2}|line 3: unknown field \"colour\"",
        "// x|it is no JSON: Unexpected character ('/' (code 47))",
        "[]|it must be a JSON object",
        "nonsense|it is no JSON"
      })
  void shouldNameLineAndFieldWhenALineIsWrong(String line, String message) {
    Checked<List<GenerationRequest>> read =
        DocumentsFile.read(
            "docs.jsonl", new StringReader("{\"id\":\"1\",\"text\":\"\"}\n\n" + line));

    assertThat(read).isInstanceOf(Checked.Refused.class);
    assertThat(((Checked.Refused<?>) read).refusal().message())
        .startsWith("docs.jsonl, line 3: ")
        .contains(message)
        .doesNotContain("Feature");
  }

  @Test
  void shouldRefuseFileWhenAnIdStandsTwice() {
    Checked<List<GenerationRequest>> read =
        DocumentsFile.read(
            "docs.jsonl",
            new StringReader("{\"id\":\"a\",\"text\":\"\"}\n{\"id\":\"a\",\"text\":\"\"}\n"));

    assertThat(((Checked.Refused<?>) read).refusal().message())
        .isEqualTo("docs.jsonl, line 2: id \"a\" stands in line 1");
  }

  @Test
  void shouldRefuseFileWhenItHoldsNothing() {
    assertThat(DocumentsFile.read("docs.jsonl", new StringReader("\n  \n")))
        .isInstanceOf(Checked.Refused.class);
  }

  private static GenerationRequest only(String line) {
    Checked<List<GenerationRequest>> read = DocumentsFile.read("test", new StringReader(line));
    assertThat(read).isInstanceOf(Checked.Valid.class);
    List<GenerationRequest> requests = ((Checked.Valid<List<GenerationRequest>>) read).value();
    assertThat(requests).hasSize(1);
    return requests.get(0);
  }
}
