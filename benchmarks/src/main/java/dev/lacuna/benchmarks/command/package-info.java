/** The commands of {@code lacuna bench}: options in, reports and plots out. */
package dev.lacuna.benchmarks.command;
