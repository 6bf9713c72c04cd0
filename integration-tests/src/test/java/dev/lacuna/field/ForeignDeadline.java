package dev.lacuna.field;

import dev.lacuna.wire.GenerationRequest;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** Requests of a client that generated its classes from a schema with another unit of time. */
public final class ForeignDeadline {
  private static final String OURS = "timestamp-micros";

  private ForeignDeadline() {}

  /**
   * A request with a number as its deadline.
   *
   * @param logicalType of the deadline in the writer's schema
   */
  public static GenericRecord request(GenerationRequest request, String logicalType, long deadline)
      throws IOException {
    Schema ours = GenerationRequest.getClassSchema();
    Schema theirs = new Schema.Parser().parse(ours.toString().replace(OURS, logicalType));
    byte[] bytes = GenerationRequest.getEncoder().encode(request).array();
    int head = 10; // of Avro's encoding of single objects: marker and fingerprint
    GenericRecord record =
        new GenericDatumReader<GenericRecord>(ours, theirs)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, head, bytes.length - head, null));
    record.put("deadline", deadline);
    return record;
  }
}
