package dev.lacuna.schemas;

/**
 * Outcome of decoding a record without touching the network.
 *
 * @param <T> the record's class
 */
public sealed interface Decoding<T> {

  /** Decoded. */
  record Decoded<T>(T value) implements Decoding<T> {}

  /**
   * The writer's schema is not cached yet: call {@link WireFormat#fetchSchema} on a thread that may
   * block, then decode again.
   */
  record SchemaNeeded<T>(int schemaId) implements Decoding<T> {}

  /**
   * No try will decode these bytes.
   *
   * @param code stable code, for example {@code NO_MAGIC_BYTE}
   * @param message one sentence for a person
   */
  record Undecodable<T>(String code, String message) implements Decoding<T> {}
}
