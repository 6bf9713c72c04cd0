package dev.lacuna.benchmarks.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.benchmarks.simulation.Roofline;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.cost.CostCurve;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What forward passes cost on a device, from a file that says how that is known.
 *
 * @param name for reports
 * @param what device and model, and whether it was measured
 */
public record DeviceCurve(String name, String what, StepCost cost) {

  private static final JsonMapper MAPPER = new JsonMapper();

  /** The curves that come with the program: a CPU's, measured, and a GPU's, assumed. */
  public static List<DeviceCurve> committed() {
    return List.of(resource("cpu.json"), resource("gpu.json"));
  }

  private static DeviceCurve resource(String file) {
    try (InputStream in = DeviceCurve.class.getResourceAsStream(file)) {
      return of(MAPPER.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own " + file + " can't be read", e);
    }
  }

  /**
   * A curve that a user has.
   *
   * @param json content of its file
   * @return the curve, or a refusal that says what its file lacks
   */
  public static Checked<DeviceCurve> parse(byte[] json) {
    try {
      return Checked.valid(of(MAPPER.readTree(json)));
    } catch (IOException | IllegalArgumentException e) {
      return Checked.refused(
          RefusalCodes.UNSUPPORTED,
          "curve",
          "no cost curve: "
              + e.getMessage()
              + "; `lacuna bench schedule --measure FILE` makes one");
    }
  }

  private static DeviceCurve of(JsonNode json) {
    String kind = json.path("kind").asText();
    StepCost cost =
        switch (kind) {
          case "measured" -> measured(json);
          case "roofline" -> roofline(json);
          default ->
              throw new IllegalArgumentException(
                  "kind is '" + kind + "'; it must be measured or roofline");
        };
    return new DeviceCurve(json.path("name").asText("curve"), json.path("what").asText(), cost);
  }

  private static CostCurve measured(JsonNode json) {
    List<CostCurve.Point> points = new ArrayList<>();
    for (JsonNode point : json.path("points")) {
      points.add(new CostCurve.Point(number(point, "tokens"), number(point, "micros")));
    }
    boolean attention = json.hasNonNull("attentionLength");
    return new CostCurve(
        (int) number(json, "length"),
        points,
        attention ? number(json, "attentionLength") : Double.POSITIVE_INFINITY,
        number(json, "positionMicros"));
  }

  private static Roofline roofline(JsonNode json) {
    return new Roofline(
        number(json, "launchMicros"),
        number(json, "bytesPerSecond"),
        number(json, "flopsPerSecond"),
        number(json, "weightBytes"),
        number(json, "parameters"),
        (int) number(json, "layers"),
        (int) number(json, "hidden"),
        (int) number(json, "vocabulary"));
  }

  private static double number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(field + " is missing or no number");
    }
    return value.doubleValue();
  }

  /** A measured curve as the content of a file. */
  static String written(String name, String what, CostCurve curve) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("name", name);
    json.put("kind", "measured");
    json.put("what", what);
    json.put("length", curve.length());
    if (Double.isFinite(curve.attentionLength())) {
      json.put("attentionLength", (double) Math.round(curve.attentionLength()));
    }
    json.put("positionMicros", Math.round(1e3 * curve.positionMicros()) / 1e3);
    ArrayNode points = json.putArray("points");
    for (CostCurve.Point point : curve.points()) {
      points
          .addObject()
          .put("tokens", (double) Math.round(point.tokens()))
          .put("micros", (double) Math.round(point.micros()));
    }
    return json.toPrettyString() + "\n";
  }
}
