package dev.lacuna.runtime.onnx;

import java.util.List;
import java.util.Map;

/**
 * A finished graph without its weights.
 *
 * @param onnx the serialized ONNX model
 * @param weights names and shapes of the fp32 weights that the runtime must be given beside it
 */
record ModelGraph(byte[] onnx, Map<String, List<Long>> weights) {}
