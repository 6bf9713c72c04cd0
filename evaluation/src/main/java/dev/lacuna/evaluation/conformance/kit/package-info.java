/** Files of a conformance kit: models, recorded logits, tokenizers and trajectories. */
package dev.lacuna.evaluation.conformance.kit;
