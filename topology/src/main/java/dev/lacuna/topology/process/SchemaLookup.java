package dev.lacuna.topology.process;

import dev.lacuna.schemas.SchemaFetch;
import java.util.Optional;

/**
 * Schemas by id, without waiting for the registry.
 *
 * <p>Threading: any thread may call it; it never blocks.
 */
public interface SchemaLookup {

  /**
   * What is known of a schema: cached or unknown. Empty while the registry has not answered; asking
   * makes sure that it is asked. Never {@link SchemaFetch.Unavailable}.
   */
  Optional<SchemaFetch> ask(int schemaId);
}
