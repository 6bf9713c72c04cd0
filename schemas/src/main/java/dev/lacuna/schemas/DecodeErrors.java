package dev.lacuna.schemas;

/** Stable codes of records that can't be decoded; they travel in the headers of dead letters. */
public final class DecodeErrors {

  /** Not Confluent's framing: no magic byte, or fewer than five bytes. */
  public static final String NO_MAGIC_BYTE = "NO_MAGIC_BYTE";

  /** The framing names a schema id that the registry does not have. */
  public static final String UNKNOWN_SCHEMA = "UNKNOWN_SCHEMA";

  /** The writer's schema can't be read as the record that belongs on this topic. */
  public static final String FOREIGN_SCHEMA = "FOREIGN_SCHEMA";

  /** The bytes after the framing are not what the writer's schema says. */
  public static final String MALFORMED_AVRO = "MALFORMED_AVRO";

  private DecodeErrors() {}
}
