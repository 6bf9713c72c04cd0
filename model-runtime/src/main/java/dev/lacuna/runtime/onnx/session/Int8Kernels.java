package dev.lacuna.runtime.onnx.session;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.graph.UnsignedWeights;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits models in int8 to the machine: they run on the CPU, in a form whose sums are exact there.
 *
 * <p>Why: processors with AVX2 or AVX-512 but without VNNI add two products of bytes in 16 bits and
 * cut the sum off at 32767 where signed weights meet unsigned numbers. ONNX Runtime's kernels for
 * unsigned weights widen first, at half the speed. Which processor does what is found out by a
 * product, once in a process, instead of by names of instructions.
 *
 * <p>Threading: any thread may call it.
 */
public final class Int8Kernels {

  private static final Logger log = LoggerFactory.getLogger(Int8Kernels.class);

  /** Forms of a product that gives exact sums. */
  enum Form {
    /** Weights are signed, as they are stored. */
    SIGNED,
    /** 128 is added to the weights, and given as their zero point. */
    UNSIGNED
  }

  private Int8Kernels() {}

  private static final class Found {
    static final Form FORM = find(() -> Int8Probe.isExact(Form.SIGNED), Int8Kernels::unsigned);
  }

  private static boolean unsigned() {
    return Int8Probe.isExact(Form.UNSIGNED);
  }

  static Form find(Supplier<Boolean> signedIsExact, Supplier<Boolean> unsignedIsExact) {
    if (signedIsExact.get()) {
      return Form.SIGNED;
    }
    if (unsignedIsExact.get()) {
      log.info(
          "this processor has no exact product of signed bytes, int8 uses the"
              + " slower unsigned kernel");
      return Form.UNSIGNED;
    }
    throw new ForwardPassException(
        "dtype is int8, but no product of integers is exact on this processor; use dtype=fp32");
  }

  /**
   * Options under which a model can run: in int8 on the CPU.
   *
   * @param dtype numbers of the model's matrices, as fingerprints name them
   * @throws ForwardPassException if int8 was asked for on another device
   */
  public static ForwardPassOptions placed(String dtype, ForwardPassOptions options) {
    if (!dtype.equals(NumberFormat.INT8.wireName())) {
      return options;
    }
    if (options.device() instanceof DeviceChoice.Cuda cuda) {
      throw new ForwardPassException(
          "device is cuda:"
              + cuda.index()
              + ", but dtype int8 runs on the CPU only; use fp16 on a GPU, or device=cpu");
    }
    return options.withDevice(new DeviceChoice.Cpu());
  }

  /** A graph in the form whose sums are exact on this machine. */
  public static ModelGraph fitted(Numbers numbers, ModelGraph graph) {
    if (numbers.products() != NumberFormat.INT8 || Found.FORM == Form.SIGNED) {
      return graph;
    }
    try {
      ModelProto model = UnsignedWeights.in(ModelProto.parseFrom(graph.onnx()));
      return new ModelGraph(model.toByteArray(), graph.weights());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a graph that was just written can be read", e);
    }
  }

  /** The same for an imported model. */
  public static ModelProto fitted(String dtype, ModelProto model) {
    return dtype.equals(NumberFormat.INT8.wireName()) && Found.FORM == Form.UNSIGNED
        ? UnsignedWeights.in(model)
        : model;
  }
}
