/**
 * The engine's {@link dev.lacuna.runtime.engine.schedule.BatchPolicy} and what it is compared with,
 * on a virtual clock: arrivals and the cost of forward passes are given, nothing is computed.
 */
package dev.lacuna.benchmarks.simulation;
