package dev.lacuna.schemas;

/** Outcome of asking the registry for a schema. */
public sealed interface SchemaFetch {

  /** The schema is cached now; decoding works without the network. */
  record Cached() implements SchemaFetch {}

  /** The registry answers that it has no such schema (404), or the schema is none of ours. */
  record Unknown(String message) implements SchemaFetch {}

  /** The registry can't be reached, refuses us, or fails (5xx, 401, 403): worth another try. */
  record Unavailable(String message) implements SchemaFetch {}
}
