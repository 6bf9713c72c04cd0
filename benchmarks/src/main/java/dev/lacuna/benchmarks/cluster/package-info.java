/** A broker, a registry, a worker in a process of its own, and the documents sent through them. */
package dev.lacuna.benchmarks.cluster;
