/**
 * Weights as a graph takes them: bytes in a number format, and tensors that the runtime reads in
 * place.
 */
package dev.lacuna.runtime.onnx.weights;
