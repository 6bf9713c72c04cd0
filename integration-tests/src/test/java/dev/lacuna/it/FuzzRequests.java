package dev.lacuna.it;

import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Text;
import dev.lacuna.wire.TimingDetail;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Request records: a pure function of number, random numbers and schema ids. */
final class FuzzRequests {

  static final int TEMPLATES = 40;

  /** Numbers at their ends; the first three are no numbers that a field may have. */
  static final float[] FLOATS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    Float.MIN_VALUE,
    -1f,
    -0f,
    101f
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

  FuzzRecord plain(int number, String kind, GenerationRequest request, String... outcomes) {
    return FuzzRecord.request(
        number,
        kind,
        FuzzBytes.utf8(request.getId()),
        FuzzBytes.of(schemas.id(FuzzSchemas.REQUEST), request),
        outcomes);
  }

  private static Map<String, String> hostileLabels(SplittableRandom random) {
    Map<String, String> labels = new HashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      labels.put(FuzzStrings.any(random), FuzzStrings.any(random));
    }
    return labels;
  }
}
