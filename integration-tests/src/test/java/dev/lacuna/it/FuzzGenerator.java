package dev.lacuna.it;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Records by number: a pure function of seed, number and the ids of the schemas. */
final class FuzzGenerator {

  private final long seed;
  private final FuzzRequests requests;
  private final FuzzStrangers strangers;
  private final FuzzExtremes extremes;
  private final FuzzControls controls;
  private final List<Kind> kinds;
  private final int weights;

  private interface Make {
    FuzzRecord of(int number, String id, SplittableRandom random);
  }

  private record Kind(int weight, Make make) {}

  FuzzGenerator(long seed, FuzzSchemas schemas) {
    this.seed = seed;
    this.requests = new FuzzRequests(schemas);
    this.strangers = new FuzzStrangers(schemas);
    this.extremes = new FuzzExtremes(schemas);
    this.controls = new FuzzControls(schemas);
    this.kinds = kinds();
    this.weights = kinds.stream().mapToInt(Kind::weight).sum();
  }

  /** Out of 2,000: a megabyte is rare, so that disks and time suffice. */
  private List<Kind> kinds() {
    return List.of(
        new Kind(220, (n, id, random) -> requests.valid(n, id)),
        new Kind(220, this::randomBytes),
        new Kind(220, this::truncated),
        new Kind(220, this::flipped),
        new Kind(60, this::wrongMagic),
        new Kind(60, strangers::evolved),
        new Kind(40, strangers::deepValue),
        new Kind(30, strangers::monstrous),
        new Kind(30, (n, id, random) -> strangers.symbol(n, id)),
        new Kind(60, strangers::foreign),
        new Kind(20, (n, id, random) -> strangers.alias(n, id)),
        new Kind(20, (n, id, random) -> strangers.branch(n, id)),
        new Kind(60, strangers::unknownSchema),
        new Kind(100, requests::strings),
        new Kind(20, requests::modelNamed),
        new Kind(50, requests::brokenUtf8),
        new Kind(80, extremes::numbers),
        new Kind(50, requests::refused),
        new Kind(40, extremes::times),
        new Kind(50, extremes::keys),
        new Kind(40, extremes::ids),
        new Kind(40, extremes::nulls),
        new Kind(10, extremes::headers),
        new Kind(20, requests::hostileHeaders),
        new Kind(2, extremes::big),
        new Kind(2, (n, id, random) -> extremes.hugeId(n, random)),
        new Kind(80, extremes::bomb),
        new Kind(160, controls::any),
        new Kind(20, (n, id, random) -> controls.cancel(n, id)));
  }

  FuzzRecord record(int number) {
    // A cancellation goes to the control topic beside every 100th request.
    if (number % 100 == 1) {
      return controls.cancel(number, id(number - 1));
    }
    if (number % 100 == 0) {
      return requests.cancelled(number, id(number));
    }
    // And a request comes twice.
    if (number % 100 == 2) {
      return requests.valid(number, id(number));
    }
    if (number % 100 == 3) {
      return requests.again(number, id(number - 1), number - 1);
    }
    SplittableRandom random = new SplittableRandom(seed * 1_000_003L + number);
    int at = random.nextInt(weights);
    for (Kind kind : kinds) {
      at -= kind.weight();
      if (at < 0) {
        return kind.make().of(number, id(number), random);
      }
    }
    throw new IllegalStateException("weights");
  }

  private String id(int number) {
    return "fuzz-" + seed + "-" + number;
  }

  private FuzzRecord randomBytes(int number, String id, SplittableRandom random) {
    return FuzzRecord.request(
        number, "random bytes", FuzzBytes.utf8(id), FuzzControls.random(random), "dead");
  }

  private FuzzRecord truncated(int number, String id, SplittableRandom random) {
    byte[] value = requests.valid(number, id).value();
    return FuzzRecord.request(
        number,
        "truncated",
        FuzzBytes.utf8(id),
        Arrays.copyOf(value, random.nextInt(value.length)),
        "dead:MALFORMED_AVRO",
        "dead:NO_MAGIC_BYTE");
  }

  /** What comes of a flipped bit is anything but silence. */
  private FuzzRecord flipped(int number, String id, SplittableRandom random) {
    byte[] value = requests.valid(number, id).value();
    return FuzzRecord.request(
        number,
        "bits flipped",
        FuzzBytes.utf8(id),
        FuzzControls.flip(value, random),
        "dead",
        "failed",
        "completed",
        "expired");
  }

  private FuzzRecord wrongMagic(int number, String id, SplittableRandom random) {
    byte[] value = requests.valid(number, id).value();
    value[0] = (byte) (1 + random.nextInt(255));
    return FuzzRecord.request(
        number, "wrong magic byte", FuzzBytes.utf8(id), value, "dead:NO_MAGIC_BYTE");
  }
}
