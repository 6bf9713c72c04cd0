package dev.lacuna.schemas;

import dev.lacuna.schemas.fields.FieldFault;
import java.util.Optional;

/**
 * Outcome of decoding a record without touching the network.
 *
 * @param <T> the record's class
 */
public sealed interface Decoding<T> {

  /**
   * Decoded.
   *
   * @param fault what is wrong with one of its fields, if something is: a number in a unit that is
   *     not known or that nobody means
   */
  record Decoded<T>(T value, Optional<FieldFault> fault) implements Decoding<T> {
    /** Without a fault. */
    public Decoded(T value) {
      this(value, Optional.empty());
    }
  }

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
