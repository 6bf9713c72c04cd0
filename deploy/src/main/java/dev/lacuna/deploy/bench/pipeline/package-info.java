/** Benchmarks of the whole: a worker in a process of its own, a broker and a registry. */
package dev.lacuna.deploy.bench.pipeline;
