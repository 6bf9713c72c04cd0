/** The transformer of every family: embeddings, blocks, matrix products. */
package dev.lacuna.runtime.onnx.transformer;
