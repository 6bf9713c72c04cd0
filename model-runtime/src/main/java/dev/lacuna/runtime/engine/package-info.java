/**
 * Denoises runs of several models in shared batches on one thread: {@link
 * dev.lacuna.runtime.engine.DenoisingEngine}.
 */
package dev.lacuna.runtime.engine;
