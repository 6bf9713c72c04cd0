/** The matrix products of a forward pass alone: the time below which no step of a model can go. */
package dev.lacuna.benchmarks.floor;
