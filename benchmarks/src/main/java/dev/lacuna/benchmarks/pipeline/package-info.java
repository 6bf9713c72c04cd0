/** Benchmarks of the whole: throughput, latency, start and long runs of a worker. */
package dev.lacuna.benchmarks.pipeline;
