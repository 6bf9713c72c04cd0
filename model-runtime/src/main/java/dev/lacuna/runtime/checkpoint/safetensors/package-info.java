/**
 * Weights in safetensors files: headers, shards, and tensors mapped and converted piece by piece.
 */
package dev.lacuna.runtime.checkpoint.safetensors;
