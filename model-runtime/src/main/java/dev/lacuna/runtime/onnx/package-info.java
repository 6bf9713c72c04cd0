/**
 * Models as ONNX graphs on ONNX Runtime. The packages below go from nodes to whole model folders;
 * no package elsewhere names the runtime's types.
 */
package dev.lacuna.runtime.onnx;
