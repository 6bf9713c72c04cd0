package dev.lacuna.schemas;

import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;

/**
 * The other side of the wire contract: writes requests and controls, reads completions and timings.
 * For the command line, tests and Java users.
 *
 * <p>Call {@link #warmUp} once before the first record.
 *
 * <p>Threading: any thread may call any method; {@link #warmUp} blocks, and decoding blocks where
 * it meets a schema for the first time.
 */
public final class RegistryWireClient implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final RegistryConnection connection;
  private final boolean registersSchemas;
  private final Duration patience;

  /** How long was waited in vain since a schema was last found, ns. */
  private final AtomicLong vainNanos = new AtomicLong();

  private RegistryWireClient(
      RegistryConnection connection, boolean registersSchemas, Duration patience) {
    this.connection = connection;
    this.registersSchemas = registersSchemas;
    this.patience = patience;
  }

  /**
   * Makes a client; no call to the registry yet.
   *
   * @param settings {@code schema.registry.*} settings, see {@link RegistrySettings}
   * @param registersSchemas whether {@link #warmUp} registers what is missing
   * @throws IllegalArgumentException if the settings name no address
   */
  public static RegistryWireClient open(Map<String, String> settings, boolean registersSchemas) {
    return open(settings, registersSchemas, PATIENCE);
  }

  /**
   * As {@link #open(Map, boolean)}.
   *
   * @param patience how long schemas are asked for again, where the registry does not have them or
   *     can't be asked, before decoding gives up; 30 s otherwise
   */
  public static RegistryWireClient open(
      Map<String, String> settings, boolean registersSchemas, Duration patience) {
    return new RegistryWireClient(
        new RegistryConnection(RegistrySettings.of(settings)), registersSchemas, patience);
  }

  /**
   * Looks up the ids of the schemas to write and loads those to read.
   *
   * @throws SchemaSetupException if a schema to write is not registered, or the registry can't be
   *     used; the message says what to do
   */
  public void warmUp(WireTopics topics) {
    if (registersSchemas) {
      new SchemaRegistration(connection).register(topics);
    }
    topics.requests().forEach(topic -> connection.prepareToWrite(RecordKind.REQUEST, topic));
    connection.prepareToWrite(RecordKind.CONTROL, topics.control());
    connection.prefetch(topics.completions());
    connection.prefetch(topics.timings());
  }

  /** Encodes a request for one of the request topics. */
  public byte[] encodeRequest(String topic, GenerationRequest request) {
    return connection.codec().encode(topic, request);
  }

  /** Encodes a control record. */
  public byte[] encodeControl(String topic, Control control) {
    return connection.codec().encode(topic, control);
  }

  /** Decodes a completion; SchemaNeeded means that the registry can't be asked: try later. */
  public Decoding<GenerationCompletion> decodeCompletion(String topic, byte[] value) {
    return decode(RecordKind.COMPLETION, topic, value);
  }

  /** Decodes a step timing; SchemaNeeded means that the registry can't be asked: try later. */
  public Decoding<StepTiming> decodeTiming(String topic, byte[] value) {
    return decode(RecordKind.TIMING, topic, value);
  }

  /** Decodes a request, for a person to see; as above. */
  public Decoding<GenerationRequest> decodeRequest(String topic, byte[] value) {
    return decode(RecordKind.REQUEST, topic, value);
  }

  /** Decodes a control record, for a person to see; as above. */
  public Decoding<Control> decodeControl(String topic, byte[] value) {
    return decode(RecordKind.CONTROL, topic, value);
  }

  private <T extends SpecificRecord> Decoding<T> decode(
      RecordKind<T> kind, String topic, byte[] value) {
    Decoding<T> first = connection.codec().decode(kind, topic, value);
    if (!(first instanceof Decoding.SchemaNeeded<T> needed)) {
      return first;
    }
    SchemaFetch fetch = fetch(needed.schemaId());
    if (fetch instanceof SchemaFetch.Cached) {
      return connection.codec().decode(kind, topic, value);
    }
    return fetch instanceof SchemaFetch.Unknown unknown
        ? new Decoding.Undecodable<>(DecodeErrors.UNKNOWN_SCHEMA, unknown.message())
        : first;
  }

  /**
   * Asks until the patience is over: a replica may lag, a registry restart. It is that with all
   * schemas together until one is found, or a topic full of strange ids would take for ever.
   */
  private SchemaFetch fetch(int schemaId) {
    SchemaFetch fetch = connection.fetch(schemaId);
    while (!(fetch instanceof SchemaFetch.Cached)
        && vainNanos.get() < patience.toNanos()
        && !Thread.currentThread().isInterrupted()) {
      long began = System.nanoTime();
      LockSupport.parkNanos(PAUSE.toNanos());
      fetch = connection.fetch(schemaId);
      vainNanos.addAndGet(System.nanoTime() - began);
    }
    if (fetch instanceof SchemaFetch.Cached) {
      vainNanos.set(0);
    }
    return fetch;
  }

  @Override
  public void close() {
    connection.close();
  }
}
