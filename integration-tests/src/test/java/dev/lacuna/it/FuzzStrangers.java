package dev.lacuna.it;

import dev.lacuna.wire.GenerationRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** Requests by the schemas of strangers, and by ids that are no schema of a request. */
final class FuzzStrangers {

  private final FuzzSchemas schemas;

  FuzzStrangers(FuzzSchemas schemas) {
    this.schemas = schemas;
  }

  /** Valid, by the schema of a stranger: fields of its own are skipped. */
  FuzzRecord evolved(int number, String id, SplittableRandom random) {
    int template = number % FuzzRequests.TEMPLATES;
    GenericRecord record = generic(FuzzSchemas.EVOLVED, FuzzRequests.template(id, template));
    record.put("chain", chain(random.nextInt(5)));
    record.put("nothings", random.nextBoolean() ? List.of() : Arrays.asList(null, null));
    record.put("bytes", Map.of(FuzzStrings.any(random), ByteBuffer.wrap(new byte[9])));
    return request(number, "evolved", id, record, "completed").as(template);
  }

  /** A recursive value or an array of nothings, beyond what the scan lets pass. */
  FuzzRecord deepValue(int number, String id, SplittableRandom random) {
    GenericRecord record = generic(FuzzSchemas.EVOLVED, FuzzRequests.template(id, 0));
    if (random.nextBoolean()) {
      record.put("chain", chain(70 + random.nextInt(130)));
    } else {
      record.put("nothings", Arrays.asList(new Object[100 + random.nextInt(9000)]));
    }
    record.put("bytes", Map.of());
    return request(number, "deep value", id, record, "dead:MALFORMED_AVRO");
  }

  /** Schemas with more branches or nesting than a reader should follow: refused, or read right. */
  FuzzRecord monstrous(int number, String id, SplittableRandom random) {
    List<String> names = new ArrayList<>(FuzzSchemas.LADDERS);
    names.addAll(List.of(FuzzSchemas.DEEP, FuzzSchemas.WIDE));
    String name = names.get(random.nextInt(names.size()));
    int template = number % FuzzRequests.TEMPLATES;
    // The stranger's field is the last, its value the union's first branch, null.
    byte[] request = FuzzBytes.of(schemas.id(name), FuzzRequests.template(id, template));
    byte[] value = Arrays.copyOf(request, request.length + 1);
    return FuzzRecord.request(
            number,
            "schema " + name,
            FuzzBytes.utf8(id),
            value,
            "dead:UNKNOWN_SCHEMA",
            "dead:FOREIGN_SCHEMA",
            "completed")
        .as(template);
  }

  /** A symbol that our reader lacks, where it has a default. */
  FuzzRecord symbol(int number, String id) {
    int template = number % FuzzRequests.TEMPLATES;
    GenericRecord record = generic(FuzzSchemas.SYMBOLS, FuzzRequests.template(id, template));
    record.put(
        "timings",
        new GenericData.EnumSymbol(
            schemas.schema(FuzzSchemas.SYMBOLS).getField("timings").schema(), "EVERY_FULL_MOON"));
    return request(number, "unknown symbol", id, record, "completed").as(template);
  }

  /** Bytes of a request under a schema id that says otherwise. */
  FuzzRecord foreign(int number, String id, SplittableRandom random) {
    byte[] value = FuzzBytes.of(0, FuzzRequests.template(id, number % FuzzRequests.TEMPLATES));
    List<String> names =
        List.of(
            FuzzSchemas.CONTROL,
            FuzzSchemas.COMPLETION,
            FuzzSchemas.STRING,
            FuzzSchemas.JSON,
            FuzzSchemas.INCOMPATIBLE);
    String name = names.get(random.nextInt(names.size()));
    ByteBuffer.wrap(value).putInt(1, schemas.id(name));
    return FuzzRecord.request(
        number, "schema of " + name, FuzzBytes.utf8(id), value, "dead:FOREIGN_SCHEMA");
  }

  /** By a schema with a segment of its own, which is not used. */
  FuzzRecord branch(int number, String id) {
    int template = number % FuzzRequests.TEMPLATES;
    byte[] value =
        FuzzBytes.of(schemas.id(FuzzSchemas.BRANCH), FuzzRequests.template(id, template));
    return FuzzRecord.request(number, "unused branch", FuzzBytes.utf8(id), value, "completed")
        .as(template);
  }

  /**
   * Another name that calls ours an alias of itself: whichever way it is read, it is read whole.
   */
  FuzzRecord alias(int number, String id) {
    int template = number % FuzzRequests.TEMPLATES;
    GenericRecord record = generic(FuzzSchemas.ALIAS, FuzzRequests.template(id, template));
    return request(number, "alias", id, record, "dead:FOREIGN_SCHEMA", "completed").as(template);
  }

  /** Ids that no registry has. */
  FuzzRecord unknownSchema(int number, String id, SplittableRandom random) {
    int[] ids = {
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      -1,
      1_000_000 + random.nextInt(1_000_000),
      1_000_000 + random.nextInt(50)
    };
    byte[] value = FuzzBytes.of(0, FuzzRequests.template(id, number % FuzzRequests.TEMPLATES));
    ByteBuffer.wrap(value).putInt(1, ids[random.nextInt(ids.length)]);
    return FuzzRecord.request(
        number, "unknown schema id", FuzzBytes.utf8(id), value, "dead:UNKNOWN_SCHEMA");
  }

  /** A request as a record of a stranger's schema, its own fields at their defaults. */
  private GenericRecord generic(String schema, GenerationRequest request) {
    byte[] value = FuzzBytes.of(0, request);
    try {
      return new GenericDatumReader<GenericRecord>(request.getSchema(), schemas.schema(schema))
          .read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(
                      value, FuzzBytes.FRAME_BYTES, value.length - FuzzBytes.FRAME_BYTES, null));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private GenericRecord chain(int links) {
    Schema link = schemas.schema(FuzzSchemas.EVOLVED).getField("chain").schema().getTypes().get(1);
    GenericRecord chain = null;
    for (int i = 0; i < links; i++) {
      GenericRecord next = new GenericData.Record(link);
      next.put("next", chain);
      chain = next;
    }
    return chain;
  }

  private FuzzRecord request(
      int number, String kind, String id, GenericRecord record, String... outcomes) {
    return FuzzRecord.request(
        number,
        kind,
        FuzzBytes.utf8(id),
        FuzzBytes.of(schemas.idOf(record.getSchema()), record),
        outcomes);
  }
}
