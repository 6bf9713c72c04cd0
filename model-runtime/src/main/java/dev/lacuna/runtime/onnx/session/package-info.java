/**
 * Sessions that run graphs: options, bound tensors, tiles of a step, and the forward passes that
 * the engine calls.
 */
package dev.lacuna.runtime.onnx.session;
