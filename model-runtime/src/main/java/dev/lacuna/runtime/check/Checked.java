package dev.lacuna.runtime.check;

import java.util.function.Function;

/**
 * Outcome of a check of input from outside: the value, or why it was refused. Expected failures are
 * values here; exceptions mean that the worker has to stop.
 *
 * @param <T> what a valid input becomes
 */
public sealed interface Checked<T> {

  /** The input is good. */
  record Valid<T>(T value) implements Checked<T> {}

  /** The input can't work, whatever is tried. */
  record Refused<T>(Refusal refusal) implements Checked<T> {}

  /** Wraps a good value. */
  static <T> Checked<T> valid(T value) {
    return new Valid<>(value);
  }

  /** Wraps a refusal. */
  static <T> Checked<T> refused(String code, String field, String message) {
    return new Refused<>(new Refusal(code, field, message));
  }

  /** Goes on with a good value and passes a refusal through. */
  default <R> Checked<R> then(Function<T, Checked<R>> next) {
    if (this instanceof Valid<T> valid) {
      return next.apply(valid.value());
    }
    return new Refused<>(((Refused<T>) this).refusal());
  }
}
