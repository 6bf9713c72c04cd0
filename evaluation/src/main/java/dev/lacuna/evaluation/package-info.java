/** {@code lacuna eval}: a model's quality on held-out documents beside simple baselines. */
package dev.lacuna.evaluation;
