package dev.lacuna.runtime.flight;

import java.util.Arrays;

/**
 * A run that was in the forward pass in which a process died.
 *
 * @param passenger whose run it was, in the bytes of whoever submitted it; never written
 * @param sample number of the sample in its request, from 1
 * @param steps steps that the run had done in all its passes, without that one
 */
public record Aboard(byte[] passenger, int sample, int steps) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Aboard that
        && sample == that.sample
        && steps == that.steps
        && Arrays.equals(passenger, that.passenger);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(passenger) + sample) + steps;
  }

  @Override
  public String toString() {
    return "Aboard[" + passenger.length + " bytes, sample " + sample + ", steps " + steps + "]";
  }
}
