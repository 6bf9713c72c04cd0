package dev.lacuna.runtime.check;

/**
 * Why an input can't work.
 *
 * @param code stable code of an open set, for example {@code INVALID_SAMPLING}
 * @param field the field at fault, in the wire's names, for example {@code sampling.steps}
 * @param message one sentence for a person: what was found, the limit, and the cure
 */
public record Refusal(String code, String field, String message) {}
