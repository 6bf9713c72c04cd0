/** {@code lacuna bench step}: one step of a model, beside its floor. */
package dev.lacuna.benchmarks.step;
