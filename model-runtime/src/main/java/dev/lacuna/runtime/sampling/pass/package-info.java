/**
 * Which masks each step of a pass fills: one {@link dev.lacuna.runtime.sampling.pass.PassSampler}
 * for each way of sampling.
 */
package dev.lacuna.runtime.sampling.pass;
