package dev.lacuna.topology.fakes;

import dev.lacuna.schemas.Decoding;
import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.schemas.WireFormat;
import dev.lacuna.topology.fakes.FakeEngine.ProcessDied;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** The wire's framing without a registry: 0, schema id, Avro binary; ids are cached by tests. */
public final class FakeWire implements WireFormat {
  /** Whether the process dies of reading a request. */
  public Predicate<byte[]> deadly = value -> false;

  /** Schema id of all records unless a test says otherwise. */
  public static final int SCHEMA = 1;

  private static final int HEAD_BYTES = 1 + Integer.BYTES;

  private final Set<Integer> cached = new HashSet<>(Set.of(SCHEMA));

  /** Makes a schema known. */
  public void cache(int schemaId) {
    cached.add(schemaId);
  }

  /** Bytes of a record. */
  public static <T extends SpecificRecord> byte[] encode(int schemaId, T record) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(0);
      bytes.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A record of its bytes. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // the schema says which class it is
  public static <T extends SpecificRecord> T decode(Schema schema, byte[] bytes)
      throws IOException {
    return new SpecificDatumReader<T>(schema)
        .read(
            null,
            DecoderFactory.get().binaryDecoder(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES, null));
  }

  private <T extends SpecificRecord> Decoding<T> tryDecode(Schema schema, byte[] bytes) {
    if (bytes.length < HEAD_BYTES || bytes[0] != 0) {
      return new Decoding.Undecodable<>("NO_MAGIC_BYTE", "The value does not begin with 0.");
    }
    int schemaId = ByteBuffer.wrap(bytes).getInt(1);
    if (!cached.contains(schemaId)) {
      return new Decoding.SchemaNeeded<>(schemaId);
    }
    try {
      return new Decoding.Decoded<>(decode(schema, bytes));
    } catch (IOException | RuntimeException damaged) {
      return new Decoding.Undecodable<>("DAMAGED", "The value is no such record: " + damaged);
    }
  }

  @Override
  public Decoding<GenerationRequest> decodeRequest(String topic, byte[] value) {
    if (deadly.test(value)) {
      throw new ProcessDied();
    }
    return tryDecode(GenerationRequest.getClassSchema(), value);
  }

  @Override
  public Decoding<Control> decodeControl(String topic, byte[] value) {
    return tryDecode(Control.getClassSchema(), value);
  }

  @Override
  public SchemaFetch fetchSchema(int schemaId) {
    throw new AssertionError("only the resolver's thread may ask the registry");
  }

  @Override
  public byte[] encodeCompletion(String topic, GenerationCompletion completion) {
    return encode(SCHEMA, completion);
  }

  @Override
  public byte[] encodeTiming(String topic, StepTiming timing) {
    return encode(SCHEMA, timing);
  }
}
