package dev.lacuna.chaos;

import java.time.Duration;
import java.util.List;

/**
 * A part of a schedule: requests are sent, then a fault begins, then time passes.
 *
 * @param orders what to send
 * @param fault what to do
 * @param gap until the next beat; the fault may last longer
 */
record Beat(List<Order> orders, Fault fault, Duration gap) {}
