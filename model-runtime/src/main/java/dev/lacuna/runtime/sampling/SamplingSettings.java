package dev.lacuna.runtime.sampling;

/**
 * Settings of one run, all decided and checked ({@link SamplingRules}).
 *
 * @param steps denoising steps, at least 1
 * @param order which positions a step unmasks
 * @param temperature 0 for the most probable token, otherwise the logits' divisor
 * @param topP probability mass kept, in (0, 1]; 1 keeps all
 * @param topK tokens kept; 0 keeps all
 * @param seed seed of every random number of the request
 */
public record SamplingSettings(
    int steps, UnmaskingOrder order, float temperature, float topP, int topK, long seed) {}
