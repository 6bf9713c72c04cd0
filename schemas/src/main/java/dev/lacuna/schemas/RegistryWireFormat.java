package dev.lacuna.schemas;

import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.util.Map;

/**
 * The worker's side of the wire contract over a Confluent-compatible Schema Registry: reads
 * requests and controls, writes completions and timings.
 *
 * <p>Call {@link #warmUp} once before the first record.
 *
 * <p>Threading: any thread may call any method; {@link #warmUp}, {@link #fetchSchema} and {@link
 * #close} may block, the others never do.
 */
public final class RegistryWireFormat implements WireFormat, AutoCloseable {

  private final RegistryConnection connection;
  private final boolean registersSchemas;

  private RegistryWireFormat(RegistryConnection connection, boolean registersSchemas) {
    this.connection = connection;
    this.registersSchemas = registersSchemas;
  }

  /**
   * Makes a wire format; no call to the registry yet.
   *
   * @param settings {@code schema.registry.*} settings, see {@link RegistrySettings}
   * @param registersSchemas whether {@link #warmUp} registers what is missing; off in production,
   *     where {@code lacuna schemas register} does it
   * @throws IllegalArgumentException if the settings name no address
   */
  public static RegistryWireFormat open(Map<String, String> settings, boolean registersSchemas) {
    return new RegistryWireFormat(
        new RegistryConnection(RegistrySettings.of(settings)), registersSchemas);
  }

  /**
   * Looks up the ids of the schemas to write and loads every registered version of those to read,
   * so that records rarely need the registry afterwards. May block for the client's timeouts.
   *
   * @throws SchemaSetupException if a schema to write is not registered, or the registry can't be
   *     used; the message says what to do
   */
  public void warmUp(WireTopics topics) {
    if (registersSchemas) {
      new SchemaRegistration(connection).register(topics);
    }
    connection.prepareToWrite(RecordKind.COMPLETION, topics.completions());
    connection.prepareToWrite(RecordKind.TIMING, topics.timings());
    topics.requests().forEach(connection::prefetch);
    connection.prefetch(topics.control());
  }

  @Override
  public Decoding<GenerationRequest> decodeRequest(String topic, byte[] value) {
    return connection.codec().decode(RecordKind.REQUEST, topic, value);
  }

  @Override
  public Decoding<Control> decodeControl(String topic, byte[] value) {
    return connection.codec().decode(RecordKind.CONTROL, topic, value);
  }

  @Override
  public SchemaFetch fetchSchema(int schemaId) {
    return connection.fetch(schemaId);
  }

  @Override
  public byte[] encodeCompletion(String topic, GenerationCompletion completion) {
    return connection.codec().encode(topic, completion);
  }

  @Override
  public byte[] encodeTiming(String topic, StepTiming timing) {
    return connection.codec().encode(topic, timing);
  }

  @Override
  public void close() {
    connection.close();
  }
}
