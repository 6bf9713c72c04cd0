package dev.lacuna.runtime.onnx.graph;

import dev.lacuna.runtime.facts.NumberFormat;

/**
 * Formats of a graph's numbers; norms, softmax, rotary angles and logits are fp32 in any case.
 *
 * @param weights of the matrices that the graph is given
 * @param products of what is multiplied by them, and in attention where it is fp16; fp16 only with
 *     weights in fp16, int8 with weights in int8 and the other way round
 */
public record Numbers(NumberFormat weights, NumberFormat products) {

  public Numbers {
    if (products == NumberFormat.FP16 && weights != NumberFormat.FP16) {
      throw new IllegalArgumentException("products in fp16 need weights in fp16");
    }
    if ((products == NumberFormat.INT8) != (weights == NumberFormat.INT8)) {
      throw new IllegalArgumentException("products in int8 need weights in int8 and they them");
    }
  }

  /**
   * Weights of a format, multiplied in fp32, but those in int8 in int8. ONNX Runtime has fp16
   * products for the CPU too, and takes them where a graph asks for them, but without instructions
   * for them they are tens of times slower (measured with 1.29 on x64), and rounding depends on the
   * order of sums all the more.
   */
  public static Numbers anywhere(NumberFormat weights) {
    return new Numbers(
        weights, weights == NumberFormat.INT8 ? NumberFormat.INT8 : NumberFormat.FP32);
  }

  /** Weights and products in fp16, for devices that are made for it. */
  public static Numbers half() {
    return new Numbers(NumberFormat.FP16, NumberFormat.FP16);
  }

  /** Format of tables, whose rows are looked up and never multiplied. */
  public NumberFormat tables() {
    return weights == NumberFormat.INT8 ? NumberFormat.FP32 : weights;
  }
}
