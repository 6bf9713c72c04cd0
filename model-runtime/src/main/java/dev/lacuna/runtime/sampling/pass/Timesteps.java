package dev.lacuna.runtime.sampling.pass;

/**
 * Linear timesteps {@code torch.linspace(1, epsilon, steps + 1)} in fp32, to the last bit: the
 * published samplers truncate counts that they compute from them, so that a last bit can be a mask.
 */
final class Timesteps {

  private Timesteps() {}

  /**
   * One entry. PyTorch's CPU kernel (aten, RangeFactoriesKernel) counts up from the start in the
   * first half and down from the end in the second, each with a fused multiply-add.
   *
   * @param index from 0 to steps
   */
  static float at(float epsilon, int steps, int index) {
    float step = (epsilon - 1f) / steps;
    return index < (steps + 1) / 2
        ? Math.fma(step, index, 1f)
        : Math.fma(-step, steps - index, epsilon);
  }

  /**
   * The share {@code 1 − s/t} of the masks that a step unmasks, where t and s are the timesteps
   * before and after it. With epsilon 0 it is {@code 1 / (steps left)}, as {@code generate_samples}
   * of DiffuLLaMA computes it.
   *
   * @param step from 1 to steps
   */
  static float share(float epsilon, int steps, int step) {
    if (epsilon == 0) {
      return (float) (1.0 / (steps - step + 1));
    }
    return 1f - at(epsilon, steps, step) / at(epsilon, steps, step - 1);
  }
}
