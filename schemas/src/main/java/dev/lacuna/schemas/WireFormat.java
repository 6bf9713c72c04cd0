package dev.lacuna.schemas;

import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;

/**
 * The wire contract as the worker sees it: Confluent's framing (magic byte, schema id, Avro
 * binary).
 *
 * <p>Threading: any thread may call any method; only {@link #fetchSchema} may block.
 */
public interface WireFormat {

  /** Decodes the value of a request record; never blocks. */
  Decoding<GenerationRequest> decodeRequest(String topic, byte[] value);

  /** Decodes the value of a control record; never blocks. */
  Decoding<Control> decodeControl(String topic, byte[] value);

  /** Asks the registry for a schema; may block for the client's timeouts. */
  SchemaFetch fetchSchema(int schemaId);

  /** Encodes a completion; never blocks, since its schema's id was looked up at start-up. */
  byte[] encodeCompletion(String topic, GenerationCompletion completion);

  /** Encodes a step timing; never blocks, since its schema's id was looked up at start-up. */
  byte[] encodeTiming(String topic, StepTiming timing);
}
