package dev.lacuna.it;

import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Requests whose numbers, times, keys, ids and sizes are at their ends and beyond. */
final class FuzzExtremes {

  private static final int ID_MAX_BYTES = 1024;
  private static final int BIG_BYTES = 900_000;
  private static final int[] INTS = {
    Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 0, 1_000_000, Integer.MIN_VALUE + 1
  };

  private final FuzzSchemas schemas;
  private final FuzzRequests requests;

  FuzzExtremes(FuzzSchemas schemas) {
    this.schemas = schemas;
    this.requests = new FuzzRequests(schemas);
  }

  /** Numbers at their extremes, one to three of them. */
  FuzzRecord numbers(int number, String id, SplittableRandom random) {
    GenerationRequest request = FuzzRequests.template(id, number % FuzzRequests.TEMPLATES);
    for (int i = random.nextInt(3); i >= 0; i--) {
      extreme(request, random);
    }
    return requests.plain(number, "extreme numbers", request, "failed", "completed", "expired");
  }

  private static void extreme(GenerationRequest request, SplittableRandom random) {
    float real = FuzzRequests.FLOATS[random.nextInt(FuzzRequests.FLOATS.length)];
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

  /** Deadlines and timestamps at the ends of time. */
  FuzzRecord times(int number, String id, SplittableRandom random) {
    GenerationRequest request = FuzzRequests.template(id, number % FuzzRequests.TEMPLATES);
    long[] micros = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE, Long.MAX_VALUE - 1};
    long chosen = micros[random.nextInt(micros.length)];
    request.setDeadline(instant(chosen));
    FuzzRecord record =
        requests.plain(
            number,
            "extreme deadline",
            request,
            chosen == Long.MAX_VALUE ? "completed" : "failed:INVALID_DEADLINE");
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
    byte[] value =
        FuzzBytes.of(
            schemas.id(FuzzSchemas.REQUEST),
            FuzzRequests.template(id, number % FuzzRequests.TEMPLATES));
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
      case 0 ->
          requests.plain(
              number, "id of 0 bytes", FuzzRequests.template("", 0), "failed:INVALID_ID");
      case 1 ->
          requests
              .plain(
                  number,
                  "id of 1,024",
                  FuzzRequests.template(padded(id, ID_MAX_BYTES), 3),
                  "completed")
              .as(3);
      case 2 ->
          requests.plain(
              number,
              "id of 1,025",
              FuzzRequests.template(padded(id, ID_MAX_BYTES + 1), 3),
              "failed:INVALID_ID");
      default ->
          requests.plain(
              number,
              "reserved id",
              FuzzRequests.template("__lacuna." + id, 0),
              "failed:RESERVED_ID");
    };
  }

  private static String padded(String id, int bytes) {
    return id + "x".repeat(bytes - id.length());
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
    return requests
        .plain(
            number,
            "huge headers",
            FuzzRequests.template(id, number % FuzzRequests.TEMPLATES),
            "failed:HEADERS_TOO_LARGE")
        .with(headers);
  }

  /** Megabytes: rare, since each goes through the broker twice. */
  FuzzRecord big(int number, String id, SplittableRandom random) {
    GenerationRequest request = FuzzRequests.template(id, 0);
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
    return requests.plain(number, "big", request, "failed", "completed");
  }

  FuzzRecord hugeId(int number, SplittableRandom random) {
    String id = number + FuzzStrings.marks(20_000 + random.nextInt(200_000));
    return requests.plain(number, "huge id", FuzzRequests.template(id, 0), "failed:INVALID_ID");
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

  FuzzRecord nulls(int number, String id, SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> FuzzRecord.request(number, "null and null", null, null, "dead:NULL_VALUE");
      case 1 ->
          FuzzRecord.request(
              number, "empty value", FuzzBytes.utf8(id), new byte[0], "dead:NO_MAGIC_BYTE");
      default -> FuzzRecord.request(number, "idle null cancel", FuzzBytes.utf8(id), null, "silent");
    };
  }
}
