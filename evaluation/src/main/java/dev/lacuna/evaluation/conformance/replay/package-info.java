/**
 * Recorded runs of the published samplers, as runs of the serving engine that get the recorded
 * choices.
 */
package dev.lacuna.evaluation.conformance.replay;
