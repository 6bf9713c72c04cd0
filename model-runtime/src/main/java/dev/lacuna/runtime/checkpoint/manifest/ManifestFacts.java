package dev.lacuna.runtime.checkpoint.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The family's data in {@code lacuna.json}: special ids, conventions and defaults. */
final class ManifestFacts {

  private static final int MAX_ID = 1 << 24;
  private static final int MAX_STEPS = 1 << 16;
  private static final int DEFAULT_STEPS = 32;

  private ManifestFacts() {}

  /** Ids; an absent one and null mean that there is none. */
  static SpecialTokens special(JsonObject manifest) {
    JsonObject ids =
        manifest
            .optionalObject("special")
            .orElseThrow(
                () ->
                    new CheckpointException(
                        manifest.file(),
                        "special is missing, expected the ids of mask, start, end and pad"));
    ids.allowOnly(Set.of("mask", "start", "end", "pad"));
    int end = id(ids, "end");
    int pad = ids.optionalInteger("pad", 0, MAX_ID).orElse(Math.max(end, 0));
    return new SpecialTokens(id(ids, "mask"), id(ids, "start"), end, pad);
  }

  private static int id(JsonObject ids, String key) {
    return ids.optionalInteger(key, 0, MAX_ID).orElse(SpecialTokens.NONE);
  }

  static void write(SpecialTokens special, ObjectNode into) {
    putId(into, "mask", special.mask());
    putId(into, "start", special.start());
    putId(into, "end", special.end());
    putId(into, "pad", special.pad());
  }

  private static void putId(ObjectNode into, String key, int id) {
    if (id == SpecialTokens.NONE) {
      into.putNull(key);
    } else {
      into.put(key, id);
    }
  }

  /** Conventions; what is absent is as in {@link Conventions#PLAIN}. */
  static Conventions conventions(JsonObject manifest) {
    Optional<JsonObject> stated = manifest.optionalObject("conventions");
    if (stated.isEmpty()) {
      return Conventions.PLAIN;
    }
    JsonObject json = stated.get();
    json.allowOnly(
        Set.of(
            "shift",
            "first_row",
            "noise",
            "ends_documents",
            "timestep_epsilon",
            "filtered_certainty"));
    Conventions plain = Conventions.PLAIN;
    return new Conventions(
        json.optionalBool("shift").orElse(plain.shift()),
        choice(json, "first_row", name -> find(Conventions.FirstRow.values(), name))
            .orElse(plain.firstRow()),
        choice(json, "noise", name -> find(Conventions.Noise.values(), name)).orElse(plain.noise()),
        json.optionalBool("ends_documents").orElse(plain.endsDocuments()),
        number(json, "timestep_epsilon", 0, 0.5).orElse(plain.timestepEpsilon()),
        json.optionalBool("filtered_certainty").orElse(plain.filteredCertainty()));
  }

  static void write(Conventions conventions, ObjectNode into) {
    into.put("shift", conventions.shift());
    into.put("first_row", wireName(conventions.firstRow()));
    into.put("noise", wireName(conventions.noise()));
    into.put("ends_documents", conventions.endsDocuments());
    into.put("timestep_epsilon", conventions.timestepEpsilon());
    into.put("filtered_certainty", conventions.filteredCertainty());
  }

  /** Defaults; what is absent is as in {@link SamplingDefaults#plain}. */
  static SamplingDefaults defaults(JsonObject manifest) {
    SamplingDefaults plain = SamplingDefaults.plain(DEFAULT_STEPS);
    Optional<JsonObject> stated = manifest.optionalObject("defaults");
    if (stated.isEmpty()) {
      return plain;
    }
    JsonObject json = stated.get();
    json.allowOnly(Set.of("steps", "order", "schedule", "temperature", "top_p"));
    float topP = number(json, "top_p", 0, 1).orElse(plain.topP());
    if (topP == 0) {
      throw json.wrong("top_p", "a number above 0, up to 1");
    }
    return new SamplingDefaults(
        json.optionalInteger("steps", 1, MAX_STEPS).orElse(plain.steps()),
        choice(json, "order", UnmaskingOrder::ofWireName).orElse(plain.order()),
        choice(json, "schedule", CountSchedule::ofWireName).orElse(plain.schedule()),
        number(json, "temperature", 0, 100).orElse(plain.temperature()),
        topP);
  }

  static void write(SamplingDefaults defaults, ObjectNode into) {
    into.put("steps", defaults.steps());
    into.put("order", defaults.order().wireName());
    into.put("schedule", defaults.schedule().wireName());
    into.put("temperature", defaults.temperature());
    into.put("top_p", defaults.topP());
  }

  private static <T> Optional<T> choice(
      JsonObject json, String key, Function<String, Optional<T>> read) {
    return json.optionalText(key)
        .map(
            text ->
                read.apply(text)
                    .orElseThrow(() -> json.wrong(key, "one of those in docs/MODELS.md")));
  }

  private static <E extends Enum<E>> Optional<E> find(E[] values, String name) {
    for (E value : values) {
      if (wireName(value).equals(name)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private static String wireName(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<Float> number(JsonObject json, String key, double min, double max) {
    JsonNode value = json.node().path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    double number = value.doubleValue();
    if (!value.isNumber() || !(number >= min) || number > max) {
      throw json.wrong(key, value, "a number from " + min + " to " + max);
    }
    return Optional.of((float) number);
  }
}
