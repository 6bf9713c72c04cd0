package dev.lacuna.schemas.fields;

/**
 * What is wrong with one field of a record that could be decoded.
 *
 * @param field its name
 * @param message one sentence for a person, with the cure
 */
public record FieldFault(String field, String message) {}
