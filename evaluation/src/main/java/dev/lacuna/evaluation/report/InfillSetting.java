package dev.lacuna.evaluation.report;

import dev.lacuna.runtime.sampling.SamplingOverrides;

/**
 * One row of a series: the base with one thing varied.
 *
 * @param varied what is varied
 * @param value to which value, as on the command line
 * @param share of the text's tokens that are masked
 * @param overrides all settings of the runs
 */
public record InfillSetting(
    Varied varied, String value, double share, SamplingOverrides overrides) {}
