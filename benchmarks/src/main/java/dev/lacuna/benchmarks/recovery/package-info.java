/**
 * {@code lacuna bench recovery}: what checkpoints cost, and what a killed worker's takeover
 * repeats.
 */
package dev.lacuna.benchmarks.recovery;
