package dev.lacuna.runtime.check;

import static org.assertj.core.api.Assertions.assertThat;

/** Opens outcomes of checks. */
public final class CheckedAssert {

  private CheckedAssert() {}

  /** The value, where the input must be good. */
  public static <T> T validOf(Checked<T> checked) {
    assertThat(checked).isInstanceOf(Checked.Valid.class);
    return ((Checked.Valid<T>) checked).value();
  }

  /** The refusal, where the input must be refused. */
  public static Refusal refusalOf(Checked<?> checked) {
    assertThat(checked).isInstanceOf(Checked.Refused.class);
    return ((Checked.Refused<?>) checked).refusal();
  }
}
