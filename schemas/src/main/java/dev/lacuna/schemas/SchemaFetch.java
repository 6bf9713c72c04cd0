package dev.lacuna.schemas;

/** Outcome of asking the registry for a schema. */
public sealed interface SchemaFetch {

  /** The schema is cached now, or that it is none of ours: decoding works without the network. */
  record Cached() implements SchemaFetch {}

  /**
   * The registry itself answers that it has no such schema, or gives one that can't be parsed.
   * Neither need be true of its other replicas, or in a moment: believe it when it says so for
   * long.
   */
  record Unknown(String message) implements SchemaFetch {}

  /** The registry can't be reached, refuses us, fails, or something else answers: ask again. */
  record Unavailable(String message) implements SchemaFetch {}
}
