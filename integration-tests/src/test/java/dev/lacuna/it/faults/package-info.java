/** Faults that tests put into worker processes, found by {@link java.util.ServiceLoader}. */
package dev.lacuna.it.faults;
