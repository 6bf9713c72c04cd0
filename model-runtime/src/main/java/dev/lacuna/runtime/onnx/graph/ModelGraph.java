package dev.lacuna.runtime.onnx.graph;

import java.util.Map;

/**
 * A finished graph without its weights.
 *
 * @param onnx the serialized ONNX model
 * @param weights the weights that the runtime must be given beside it, by name, in the graph's
 *     order
 */
public record ModelGraph(byte[] onnx, Map<String, GraphWeight> weights) {}
