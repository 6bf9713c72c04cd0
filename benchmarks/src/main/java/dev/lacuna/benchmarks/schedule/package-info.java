/** {@code lacuna bench schedule}: batch policies on a virtual clock, and on the engine. */
package dev.lacuna.benchmarks.schedule;
