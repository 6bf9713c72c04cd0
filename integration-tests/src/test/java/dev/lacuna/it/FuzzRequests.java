package dev.lacuna.it;

import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import dev.lacuna.wire.TimingDetail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** Request records of every kind: a pure function of number, random numbers and schema ids. */
final class FuzzRequests {

  static final int TEMPLATES = 40;
  private static final int ID_MAX_BYTES = 1024;
  private static final int BIG_BYTES = 900_000;
  private static final float[] FLOATS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    Float.MIN_VALUE,
    -1f,
    -0f,
    101f
  };
  private static final int[] INTS = {
    Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 0, 1_000_000, Integer.MIN_VALUE + 1
  };

  private final FuzzSchemas schemas;

  FuzzRequests(FuzzSchemas schemas) {
    this.schemas = schemas;
  }

  /** The request that templates are of, under another id: equal numbers give equal texts. */
  static GenerationRequest template(String id, int template) {
    return GenerationRequest.newBuilder(
            Requests.of(
                id,
                1 + template % 7,
                500L + template,
                "package-" + template + ": a library for ",
                2 + template % 9,
                " and more of ",
                1 + template % 3,
                "."))
        .setTimings(template % 4 == 0 ? TimingDetail.STEPS : TimingDetail.NONE)
        .build();
  }

  FuzzRecord valid(int number, String id) {
    int template = number % TEMPLATES;
    return plain(number, "valid", template(id, template), "completed").as(template);
  }

  /** The same id again: a dead letter while the first is pending, anew once it is answered. */
  FuzzRecord again(int number, String id, int first) {
    int template = first % TEMPLATES;
    return plain(number, "duplicate", template(id, template), "dead:DUPLICATE_ID", "completed")
        .as(template);
  }

  /** The target of a cancellation that comes beside it. */
  FuzzRecord cancelled(int number, String id) {
    return plain(
        number, "cancelled beside", template(id, number % TEMPLATES), "completed", "cancelled");
  }

  /** Valid, by the schema of a stranger: fields of its own are skipped. */
  FuzzRecord evolved(int number, String id, SplittableRandom random) {
    int template = number % TEMPLATES;
    GenericRecord record = generic(FuzzSchemas.EVOLVED, template(id, template));
    record.put("chain", chain(random.nextInt(5)));
    record.put("nothings", random.nextBoolean() ? List.of() : Arrays.asList(null, null));
    record.put("bytes", Map.of(FuzzStrings.any(random), ByteBuffer.wrap(new byte[9])));
    return request(number, "evolved", id, record, "completed").as(template);
  }

  /** A recursive value or an array of nothings, beyond what the scan lets pass. */
  FuzzRecord deepValue(int number, String id, SplittableRandom random) {
    GenericRecord record = generic(FuzzSchemas.EVOLVED, template(id, 0));
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
    int template = number % TEMPLATES;
    // The stranger's field is the last, its value the union's first branch, null.
    byte[] request = FuzzBytes.of(schemas.id(name), template(id, template));
    byte[] value = Arrays.copyOf(request, request.length + 1);
    return FuzzRecord.request(
            number, "schema " + name, FuzzBytes.utf8(id), value, "dead:UNKNOWN_SCHEMA", "completed")
        .as(template);
  }

  /** A symbol that our reader lacks, where it has a default. */
  FuzzRecord symbol(int number, String id) {
    int template = number % TEMPLATES;
    GenericRecord record = generic(FuzzSchemas.SYMBOLS, template(id, template));
    record.put(
        "timings",
        new GenericData.EnumSymbol(
            schemas.schema(FuzzSchemas.SYMBOLS).getField("timings").schema(), "EVERY_FULL_MOON"));
    return request(number, "unknown symbol", id, record, "completed").as(template);
  }

  /** Bytes of a request under a schema id that says otherwise. */
  FuzzRecord foreign(int number, String id, SplittableRandom random) {
    byte[] value = FuzzBytes.of(0, template(id, number % TEMPLATES));
    List<String> names =
        List.of(
            FuzzSchemas.CONTROL,
            FuzzSchemas.COMPLETION,
            FuzzSchemas.STRING,
            FuzzSchemas.INCOMPATIBLE,
            FuzzSchemas.BRANCH);
    String name = names.get(random.nextInt(names.size()));
    ByteBuffer.wrap(value).putInt(1, schemas.id(name));
    return FuzzRecord.request(
        number, "schema of " + name, FuzzBytes.utf8(id), value, "dead:FOREIGN_SCHEMA");
  }

  /**
   * Another name that calls ours an alias of itself: whichever way it is read, it is read whole.
   */
  FuzzRecord alias(int number, String id) {
    int template = number % TEMPLATES;
    GenericRecord record = generic(FuzzSchemas.ALIAS, template(id, template));
    return request(number, "alias", id, record, "dead:FOREIGN_SCHEMA", "completed").as(template);
  }

  /** Ids that no registry has, or that are no Avro. */
  FuzzRecord unknownSchema(int number, String id, SplittableRandom random) {
    int[] ids = {
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      -1,
      schemas.id(FuzzSchemas.JSON),
      1_000_000 + random.nextInt(1_000_000),
      1_000_000 + random.nextInt(50)
    };
    byte[] value = FuzzBytes.of(0, template(id, number % TEMPLATES));
    ByteBuffer.wrap(value).putInt(1, ids[random.nextInt(ids.length)]);
    return FuzzRecord.request(
        number, "unknown schema id", FuzzBytes.utf8(id), value, "dead:UNKNOWN_SCHEMA");
  }

  /** Hostile strings wherever text may stand. */
  FuzzRecord strings(int number, String id, SplittableRandom random) {
    String text = FuzzStrings.any(random);
    String after = FuzzStrings.any(random);
    String hostileId = id + FuzzStrings.any(random);
    GenerationRequest request =
        GenerationRequest.newBuilder(template(hostileId, number % TEMPLATES))
            .setDocument(
                List.of(
                    new Text("x" + text),
                    new Blank(3, FuzzStrings.any(random), BlankLength.EXACT),
                    new Text(after)))
            .setLabels(hostileLabels(random))
            .build();
    return plain(number, "hostile strings", request, "completed").holding("x" + text, after);
  }

  FuzzRecord modelNamed(int number, String id, SplittableRandom random) {
    GenerationRequest request = template(id, number % TEMPLATES);
    request.setModel(FuzzStrings.any(random) + "\u0000");
    return plain(number, "hostile model", request, "failed:UNKNOWN_MODEL");
  }

  /** Text that is no UTF-8, in id, model, labels, blank's name or document. */
  FuzzRecord brokenUtf8(int number, String id, SplittableRandom random) {
    GenerationRequest request = template(id, number % TEMPLATES);
    String broken = "b" + FuzzStrings.PLACEHOLDER;
    switch (random.nextInt(5)) {
      case 0 -> request.setId(id + broken);
      case 1 -> request.setModel(broken);
      case 2 -> request.setLabels(Map.of(broken, broken));
      case 3 ->
          request.setDocument(List.of(new Text("a"), new Blank(1, broken, BlankLength.EXACT)));
      default -> request.setDocument(List.of(new Text(broken), new Blank(1, null, null)));
    }
    if (request.getDocument().get(1) instanceof Blank blank && blank.getLength() == null) {
      blank.setLength(BlankLength.EXACT);
    }
    byte[] value = FuzzBytes.of(schemas.id(FuzzSchemas.REQUEST), request);
    return FuzzRecord.request(
        number,
        "broken UTF-8",
        FuzzBytes.utf8(id),
        FuzzStrings.broken(value, random),
        "dead:MALFORMED_AVRO");
  }

  /** Numbers at their extremes, one to three of them. */
  FuzzRecord numbers(int number, String id, SplittableRandom random) {
    GenerationRequest request = template(id, number % TEMPLATES);
    for (int i = random.nextInt(3); i >= 0; i--) {
      extreme(request, random);
    }
    return plain(number, "extreme numbers", request, "failed", "completed", "expired");
  }

  private static void extreme(GenerationRequest request, SplittableRandom random) {
    float real = FLOATS[random.nextInt(FLOATS.length)];
    int whole = INTS[random.nextInt(INTS.length)];
    Sampling sampling = request.getSampling();
    switch (random.nextInt(15)) {
      case 0 -> sampling.setTemperature(real);
      case 1 -> sampling.setTopP(real);
      case 2 -> sampling.setGuidanceScale(real);
      case 3 -> sampling.setThreshold(real);
      case 4 -> sampling.setFactor(real);
      case 5 -> sampling.setEntropyBudget(real);
      case 6 -> sampling.setUpdateFraction(real);
      case 7 -> sampling.setSteps(whole);
      case 8 -> sampling.setTopK(whole);
      case 9 -> sampling.setBlockLength(whole);
      case 10 -> sampling.setStopTokens(List.of(whole, -whole));
      case 11 -> request.setSamples(whole);
      case 12 -> request.setBestOf(whole);
      case 13 -> request.setPriority(whole);
      default ->
          request.setDocument(
              List.of(new Text("a"), new Blank(whole, null, BlankLength.EXACT), new Text("b")));
    }
  }

  /** What must be refused by name. */
  FuzzRecord refused(int number, String id, SplittableRandom random) {
    GenerationRequest request = template(id, number % TEMPLATES);
    String outcome;
    switch (random.nextInt(4)) {
      case 0 -> {
        request.getSampling().setTemperature(FLOATS[random.nextInt(3)]);
        outcome = "failed:INVALID_SAMPLING";
      }
      case 1 -> {
        request.setPriority(Integer.MIN_VALUE);
        outcome = "failed:INVALID_PRIORITY";
      }
      case 2 -> {
        request.setSamples(random.nextBoolean() ? Integer.MIN_VALUE : 0);
        outcome = "failed:INVALID_SAMPLES";
      }
      default -> {
        request.setDocument(random.nextBoolean() ? List.of() : List.of(new Text("no blank")));
        outcome = "failed:INVALID_DOCUMENT";
      }
    }
    return plain(number, "refused", request, outcome);
  }

  /** Deadlines and timestamps at the ends of time. */
  FuzzRecord times(int number, String id, SplittableRandom random) {
    GenerationRequest request = template(id, number % TEMPLATES);
    long[] micros = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE, Long.MAX_VALUE - 1};
    int chosen = random.nextInt(micros.length);
    request.setDeadline(instant(micros[chosen]));
    FuzzRecord record =
        plain(number, "extreme deadline", request, chosen < 4 ? "expired" : "completed");
    long[] millis = {0, 1, Long.MAX_VALUE, Long.MAX_VALUE / 1000, System.currentTimeMillis()};
    return record.at(millis[random.nextInt(millis.length)]);
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }

  /** Keys that are not the id. */
  FuzzRecord keys(int number, String id, SplittableRandom random) {
    byte[][] keys = {
      null,
      {(byte) 0xff, (byte) 0xfe, 0},
      FuzzBytes.utf8("other-" + id),
      FuzzBytes.utf8(id + "\u0000"),
      FuzzBytes.utf8("__lacuna.tick"),
      new byte[0],
      new byte[2000]
    };
    byte[] value = FuzzBytes.of(schemas.id(FuzzSchemas.REQUEST), template(id, number % TEMPLATES));
    return FuzzRecord.request(
        number,
        "key is not the id",
        keys[random.nextInt(keys.length)],
        value,
        "failed:KEY_MISMATCH");
  }

  /** Ids at their bounds, with the key that belongs to them. */
  FuzzRecord ids(int number, String id, SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> plain(number, "id of 0 bytes", template("", 0), "failed:INVALID_ID");
      case 1 ->
          plain(number, "id of 1,024", template(padded(id, ID_MAX_BYTES), 3), "completed").as(3);
      case 2 ->
          plain(
              number,
              "id of 1,025",
              template(padded(id, ID_MAX_BYTES + 1), 3),
              "failed:INVALID_ID");
      default -> plain(number, "reserved id", template("__lacuna." + id, 0), "failed:RESERVED_ID");
    };
  }

  private static String padded(String id, int bytes) {
    return id + "x".repeat(bytes - id.length());
  }

  FuzzRecord nulls(int number, String id, SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> FuzzRecord.request(number, "null and null", null, null, "dead:NULL_VALUE");
      case 1 ->
          FuzzRecord.request(
              number, "empty value", FuzzBytes.utf8(id), new byte[0], "dead:NO_MAGIC_BYTE");
      default -> FuzzRecord.request(number, "idle null cancel", FuzzBytes.utf8(id), null, "silent");
    };
  }

  FuzzRecord headers(int number, String id, SplittableRandom random) {
    Map<String, byte[]> headers = new HashMap<>();
    if (random.nextBoolean()) {
      headers.put(FuzzStrings.any(random), new byte[20_000 + random.nextInt(60_000)]);
    } else {
      for (int i = 0; i < 3000; i++) {
        headers.put("header-" + i, new byte[] {1, 2, 3});
      }
    }
    return plain(
            number, "huge headers", template(id, number % TEMPLATES), "failed:HEADERS_TOO_LARGE")
        .with(headers);
  }

  FuzzRecord hostileHeaders(int number, String id, SplittableRandom random) {
    int template = number % TEMPLATES;
    return plain(number, "hostile headers", template(id, template), "completed")
        .as(template)
        .with(
            Map.of(
                FuzzStrings.any(random),
                FuzzBytes.utf8(FuzzStrings.any(random)),
                "traceparent",
                new byte[] {(byte) 0xff, 0, (byte) 0xfe}));
  }

  /** Megabytes: rare, since each goes through the broker twice. */
  FuzzRecord big(int number, String id, SplittableRandom random) {
    GenerationRequest request = template(id, 0);
    Blank blank = new Blank(2, null, BlankLength.EXACT);
    switch (random.nextInt(6)) {
      case 0 ->
          request.setDocument(List.of(new Text(FuzzStrings.marks(BIG_BYTES / 2 - 3000)), blank));
      case 1 -> request.setDocument(List.of(new Text("a".repeat(BIG_BYTES)), blank));
      case 2 -> request.setDocument(List.of(new Text(" a".repeat(BIG_BYTES / 2)), blank));
      case 3 -> {
        List<Object> segments = new ArrayList<>(List.of(blank));
        Text empty = new Text("");
        for (int i = 0; i < BIG_BYTES / 2; i++) {
          segments.add(empty);
        }
        request.setDocument(segments);
      }
      case 4 -> {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < 60_000; i++) {
          labels.put("k" + i, "v" + i);
        }
        request.setLabels(labels);
      }
      default ->
          request
              .getSampling()
              .setStopTokens(Collections.nCopies(BIG_BYTES / 5, Integer.MAX_VALUE / 500));
    }
    return plain(number, "big", request, "failed", "completed");
  }

  FuzzRecord hugeId(int number, SplittableRandom random) {
    String id = number + FuzzStrings.marks(20_000 + random.nextInt(200_000));
    return plain(number, "huge id", template(id, 0), "failed:INVALID_ID");
  }

  /** Lengths, counts and block sizes that claim what is not there. */
  FuzzRecord bomb(int number, String id, SplittableRandom random) {
    long[] claims = {
      1L << 31, (1L << 31) - 1, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE, 1_000_000_000
    };
    long claim = claims[random.nextInt(claims.length)];
    FuzzBytes bytes = FuzzBytes.framed(schemas.id(FuzzSchemas.REQUEST));
    switch (random.nextInt(6)) {
      case 0 -> bytes.number(claim); // the id's length
      case 1 -> bytes.string(id).number(1).number(claim); // the model's
      case 2 -> bytes.string(id).number(0).number(claim); // segments
      case 3 -> bytes.string(id).number(0).number(1).number(0).number(claim); // a text's length
      case 4 -> bytes.string(id).number(0).number(-1_000_000).number(claim).number(0).string("a");
      default -> bytes.string(id).number(0).number(1).number(claim); // the union's branch
    }
    byte[] rest = new byte[random.nextInt(30)];
    return FuzzRecord.request(
        number, "length bomb", FuzzBytes.utf8(id), bytes.raw(rest).get(), "dead:MALFORMED_AVRO");
  }

  FuzzRecord plain(int number, String kind, GenerationRequest request, String... outcomes) {
    return FuzzRecord.request(
        number,
        kind,
        FuzzBytes.utf8(request.getId()),
        FuzzBytes.of(schemas.id(FuzzSchemas.REQUEST), request),
        outcomes);
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

  private static Map<String, String> hostileLabels(SplittableRandom random) {
    Map<String, String> labels = new HashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      labels.put(FuzzStrings.any(random), FuzzStrings.any(random));
    }
    return labels;
  }
}
