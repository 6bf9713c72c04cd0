/**
 * A model with the published samplers' rules: no token is held back, and Gumbel noise is an input
 * of the graph.
 */
package dev.lacuna.evaluation.published;
