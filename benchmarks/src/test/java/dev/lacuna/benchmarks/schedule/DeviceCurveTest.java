package dev.lacuna.benchmarks.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.engine.cost.CostCurve;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceCurveTest {

  @Test
  void shouldReadWhatItWrote() {
    CostCurve curve =
        new CostCurve(
            256,
            List.of(new CostCurve.Point(256, 100), new CostCurve.Point(512, 150)),
            Double.POSITIVE_INFINITY,
            0.125);
    byte[] json = DeviceCurve.written("mine", "here", curve).getBytes(StandardCharsets.UTF_8);
    assertThat(DeviceCurve.parse(json))
        .isEqualTo(Checked.valid(new DeviceCurve("mine", "here", curve)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "{\"kind\": \"other\"}",
        "{\"kind\": \"roofline\"}",
        "{\"kind\": \"measured\", \"length\": 256, \"positionMicros\": 1, \"points\": []}"
      })
  void shouldSayWhatIsWrongWhenAFileIsNoCurve(String json) {
    Checked<DeviceCurve> read = DeviceCurve.parse(json.getBytes(StandardCharsets.UTF_8));
    assertThat(((Checked.Refused<DeviceCurve>) read).refusal().message())
        .contains("no cost curve", "--measure");
  }

  @Test
  void shouldSayOfTheAssumedCurveThatItIsAssumed() {
    assertThat(DeviceCurve.committed()).extracting(DeviceCurve::name).containsExactly("cpu", "gpu");
    assertThat(DeviceCurve.committed().get(1).what()).contains("ASSUMED");
    assertThat(DeviceCurve.committed().get(0).what()).contains("measured on");
  }
}
