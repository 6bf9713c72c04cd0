package dev.lacuna.runtime.onnx.folder;

import ai.onnx.proto.OnnxMl.TensorProto;

/** How many bytes the elements of an ONNX tensor take. */
final class TensorBytes {

  /** More than any file has. */
  private static final long TOO_MANY = Long.MAX_VALUE / 4;

  private TensorBytes() {}

  /** Bytes by shape and type; a huge number where they can't be counted. */
  static long of(TensorProto tensor) {
    try {
      long bits = Math.multiplyExact(elements(tensor), (long) bits(tensor.getDataType()));
      return bits / Byte.SIZE + (bits % Byte.SIZE == 0 ? 0 : 1);
    } catch (ArithmeticException e) {
      return TOO_MANY;
    }
  }

  /**
   * Number of elements.
   *
   * @throws ArithmeticException if it can't be counted
   */
  static long elements(TensorProto tensor) {
    long elements = 1;
    for (long dimension : tensor.getDimsList()) {
      if (dimension < 0) {
        throw new ArithmeticException("negative dimension");
      }
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }

  private static int bits(int type) {
    return switch (type) {
      case TensorProto.DataType.UINT4_VALUE, TensorProto.DataType.INT4_VALUE -> 4;
      case TensorProto.DataType.FLOAT16_VALUE,
          TensorProto.DataType.BFLOAT16_VALUE,
          TensorProto.DataType.INT16_VALUE,
          TensorProto.DataType.UINT16_VALUE ->
          16;
      case TensorProto.DataType.FLOAT_VALUE,
          TensorProto.DataType.INT32_VALUE,
          TensorProto.DataType.UINT32_VALUE ->
          32;
      case TensorProto.DataType.DOUBLE_VALUE,
          TensorProto.DataType.INT64_VALUE,
          TensorProto.DataType.UINT64_VALUE,
          TensorProto.DataType.COMPLEX64_VALUE ->
          64;
      case TensorProto.DataType.COMPLEX128_VALUE -> 128;
      default -> 8;
    };
  }
}
