/**
 * Compares models, sampler and tokenizers with outputs of the published implementations: a kit is a
 * folder of small checkpoints and recorded results.
 */
package dev.lacuna.evaluation.conformance;
