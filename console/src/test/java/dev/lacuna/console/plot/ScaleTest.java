package dev.lacuna.console.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {

  @Test
  void shouldPutTicksAtRoundNumbersOfALinearScale() {
    Scale scale = new Scale.Linear(33.4, 41.3);

    assertThat(labels(scale)).containsExactly("34", "36", "38", "40");
    assertThat(scale.place(33.4)).isZero();
    assertThat(scale.place(41.3)).isEqualTo(1);
  }

  @Test
  void shouldLeaveRoomAroundEqualValues() {
    Scale.Linear scale = Scale.Linear.around(5, 5);

    assertThat(scale.place(5)).isCloseTo(0.5, within(1e-9));
    assertThat(scale.ticks()).isNotEmpty();
  }

  @Test
  void shouldPlaceEqualRatiosAtEqualDistancesOfALogarithmicScale() {
    Scale scale = Scale.Logarithmic.at(List.of(1.0, 2.0, 4.0, 8.0));

    assertThat(labels(scale)).containsExactly("1", "2", "4", "8");
    assertThat(scale.place(2) - scale.place(1))
        .isCloseTo(scale.place(8) - scale.place(4), within(1e-9));
    assertThat(scale.place(0)).isZero();
  }

  @Test
  void shouldPutTicksOfALogarithmicScaleAtOneTwoAndFive() {
    assertThat(labels(Scale.Logarithmic.around(0.04, 0.6)))
        .containsExactly("0.05", "0.1", "0.2", "0.5");
  }

  @Test
  void shouldSpreadNamesEvenly() {
    Scale scale = new Scale.Names(List.of("a", "b"));

    assertThat(scale.place(0)).isEqualTo(0.25);
    assertThat(scale.place(1)).isEqualTo(0.75);
    assertThat(labels(scale)).containsExactly("a", "b");
  }

  private static List<String> labels(Scale scale) {
    return scale.ticks().stream().map(Scale.Tick::label).toList();
  }
}
