/** What the benchmarks share: interleaved repetitions, facts of the machine, tokens, the report. */
package dev.lacuna.benchmarks.measure;
