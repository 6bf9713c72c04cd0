/**
 * The chaos harness: requests and faults drawn from a seed, real processes, and a verdict from
 * public topics. See docs/CHAOS.md.
 */
package dev.lacuna.chaos;
