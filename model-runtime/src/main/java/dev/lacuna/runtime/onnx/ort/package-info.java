/** ONNX Runtime itself: its environment, its version, and its failures. */
package dev.lacuna.runtime.onnx.ort;
