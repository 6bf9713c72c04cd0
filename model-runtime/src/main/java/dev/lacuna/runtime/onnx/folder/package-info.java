/**
 * Model folders: checkpoints opened with graphs built for them, exported graphs, and imports that
 * are written, described and verified.
 */
package dev.lacuna.runtime.onnx.folder;
