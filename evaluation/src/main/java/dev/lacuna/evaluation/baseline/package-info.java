/** Held-out documents, and simple models of text that a model is compared with. */
package dev.lacuna.evaluation.baseline;
