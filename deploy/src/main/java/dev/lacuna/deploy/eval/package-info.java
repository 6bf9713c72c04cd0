/** Measures of a model's quality beside simple baselines: what to compute, and how it is shown. */
package dev.lacuna.deploy.eval;
