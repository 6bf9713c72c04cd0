/**
 * Graphs node by node: the builder, what all graphs here share, and rewrites of those that exist.
 */
package dev.lacuna.runtime.onnx.graph;
