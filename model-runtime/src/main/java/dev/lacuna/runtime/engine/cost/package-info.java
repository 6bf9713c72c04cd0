/** Measures what a forward pass costs by its rows, length and positions. */
package dev.lacuna.runtime.engine.cost;
