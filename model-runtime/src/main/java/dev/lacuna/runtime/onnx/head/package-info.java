/**
 * From the states of picked positions to proposals, within the graph: guidance, filters, draws and
 * certainties.
 */
package dev.lacuna.runtime.onnx.head;
