/** {@code lacuna bench engine}: continuous batching beside one request at a time. */
package dev.lacuna.benchmarks.engine;
