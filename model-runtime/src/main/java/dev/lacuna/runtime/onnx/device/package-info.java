/**
 * Devices: which one a model runs on, what its libraries and kernels can do, and where a session
 * placed its nodes.
 */
package dev.lacuna.runtime.onnx.device;
