package dev.lacuna.chaos;

import java.time.Duration;

/**
 * One fault of a schedule.
 *
 * @param number from 1
 * @param hold how long it lasts, beyond what its kind needs
 * @param draw a number for whatever else is to be chosen
 */
record Fault(int number, FaultKind kind, Duration hold, int draw) {}
