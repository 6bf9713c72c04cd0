/**
 * A broker and a registry as child processes, a small random checkpoint, and the account of a run's
 * records: for the demo, benchmarks and tests, never for a worker.
 */
package dev.lacuna.testbed;
