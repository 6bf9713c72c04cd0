/** JMH benchmarks; no build runs them. */
package dev.lacuna.benchmarks.jmh;
