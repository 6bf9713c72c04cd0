/** Benchmarks; no build runs them. */
package dev.lacuna.benchmarks;
