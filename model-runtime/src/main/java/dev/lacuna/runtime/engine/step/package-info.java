/**
 * One step of a batch: canvases into a forward pass, its proposals back onto them, and what is done
 * where it fails.
 */
package dev.lacuna.runtime.engine.step;
