package dev.lacuna.runtime.engine.simulation;

/**
 * A run that is to come.
 *
 * @param atMicros when, from the beginning of its trace
 * @param length tokens of its canvas, all masked
 * @param steps denoising steps
 * @param priority higher goes first
 */
public record Arrival(long atMicros, int length, int steps, int priority) {}
