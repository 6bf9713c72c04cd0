package dev.lacuna.cli.model;

import dev.lacuna.console.Counted;
import dev.lacuna.console.Visible;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.checkpoint.manifest.SourceFile;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.onnx.folder.ModelDescription;
import dev.lacuna.runtime.onnx.folder.ModelImport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Models as people read them. */
public final class ModelText {

  private static final int SHOWN_DIGITS = 12;

  private ModelText() {}

  /** What an import wrote. */
  public static String imported(ModelImport.Imported imported, Duration took) {
    Manifest manifest = imported.manifest();
    return "%s: %s, %s, %s parameters, %s in %s s, revision %s%n%s"
        .formatted(
            Visible.of(manifest.facts().name()),
            Visible.of(manifest.facts().family()),
            manifest.dtype(),
            count(manifest.parameters()),
            size(imported.bytes()),
            String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0),
            shown(manifest.facts().revision()),
            imported.folder());
  }

  /** One line for each model. */
  public static String table(List<ModelDescription> models) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("NAME", "FAMILY", "KIND", "DTYPE", "PARAMETERS", "SIZE", "CANVAS", "REVISION"));
    for (ModelDescription model : models) {
      ModelFacts facts = model.facts();
      rows.add(
          List.of(
              Visible.of(facts.name()),
              Visible.of(facts.family()),
              model.kind().name().toLowerCase(Locale.ROOT),
              model.dtype(),
              count(model.parameters()),
              size(model.bytes()),
              Integer.toString(facts.canvasLimit()),
              shown(facts.revision())));
    }
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringJoiner line = new StringJoiner("  ");
      for (int column = 0; column < row.size(); column++) {
        int wanted = column;
        int width = rows.stream().mapToInt(other -> other.get(wanted).length()).max().orElse(0);
        boolean number = column >= 4 && column <= 6;
        line.add(("%" + (number ? "" : "-") + width + "s").formatted(row.get(column)));
      }
      table.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return table.toString();
  }

  /** All that is known of a model. */
  public static String of(ModelDescription model) {
    ModelFacts facts = model.facts();
    Lines lines = new Lines();
    lines.add("name", Visible.of(facts.name()));
    lines.add("family", Visible.of(facts.family()));
    lines.add("kind", model.kind().name().toLowerCase(Locale.ROOT));
    lines.add("revision", facts.revision().isEmpty() ? "(read at import)" : facts.revision());
    lines.add("dtype", model.dtype());
    lines.add("parameters", "%,d".formatted(model.parameters()));
    lines.add("size", size(model.bytes()));
    model.shape().ifPresent(shape -> lines.add("shape", shape(shape)));
    lines.add("tensors", tensors(model));
    lines.add("vocabulary", vocabulary(facts));
    lines.add("canvas", Counted.of(facts.canvasLimit(), "token"));
    special(lines, model);
    lines.add("conventions", conventions(facts.conventions()));
    lines.add("defaults", defaults(facts.defaults()));
    model.manifest().ifPresent(manifest -> manifest(lines, manifest));
    return lines.toString();
  }

  private static String shape(TransformerShape shape) {
    return "%s of width %d, %d heads (%d key/value) of width %d, MLP of width %d, %s head"
        .formatted(
            Counted.of(shape.layers(), "layer"),
            shape.hidden(),
            shape.heads(),
            shape.keyValueHeads(),
            shape.headWidth(),
            shape.intermediate(),
            shape.tiedHead() ? "tied" : "separate");
  }

  private static String tensors(ModelDescription model) {
    return model.tensors().entrySet().stream()
        .map(e -> e.getValue().count() + " " + e.getKey() + " (" + size(e.getValue().bytes()) + ")")
        .collect(Collectors.joining(", "));
  }

  private static String vocabulary(ModelFacts facts) {
    return "%d logits, %d embeddings, %d tokens"
        .formatted(facts.vocabulary(), facts.embeddings(), facts.tokens());
  }

  private static void special(Lines lines, ModelDescription model) {
    SpecialTokens special = model.facts().special();
    lines.add("mask", token(model, "mask", special.mask()));
    lines.add("start", token(model, "start", special.start()));
    lines.add("end", token(model, "end", special.end()));
    lines.add("pad", token(model, "pad", special.pad()));
  }

  private static String token(ModelDescription model, String role, int id) {
    if (id == SpecialTokens.NONE) {
      return "none";
    }
    String text = model.tokenTexts().get(role);
    return id + (text == null ? " (no text)" : " '" + Visible.of(text) + "'");
  }

  private static String conventions(Conventions conventions) {
    List<String> words = new ArrayList<>();
    words.add(
        conventions.shift()
            ? "shift, first row " + conventions.firstRow().name().toLowerCase(Locale.ROOT)
            : "no shift");
    words.add(conventions.noise().name().toLowerCase(Locale.ROOT) + " noise");
    words.add(
        conventions.endsDocuments() ? "documents end with the end token" : "documents just end");
    words.add("timesteps to " + conventions.timestepEpsilon());
    words.add((conventions.filteredCertainty() ? "filtered" : "plain") + " certainty");
    return String.join("; ", words);
  }

  private static String defaults(SamplingDefaults defaults) {
    return "%s, %s order, %s schedule, temperature %s, top-p %s"
        .formatted(
            Counted.of(defaults.steps(), "step"),
            defaults.order().wireName(),
            defaults.schedule().wireName(),
            defaults.temperature(),
            defaults.topP());
  }

  private static void manifest(Lines lines, Manifest manifest) {
    lines.add("imported by", Visible.of(manifest.createdBy()));
    lines.add(
        "sources",
        manifest.sources().stream()
            .map(SourceFile::name)
            .map(Visible::of)
            .collect(Collectors.joining(", ")));
    lines.add("graph", manifest.graph().name() + " " + manifest.graph().sha256());
    lines.add("data", manifest.data().name() + " " + manifest.data().sha256());
  }

  /** Such as 12.3 GB. */
  public static String size(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, value < 9.995 ? "%.2f %s" : "%.1f %s", value, units[unit]);
  }

  /** Such as 7.5M. */
  static String count(long number) {
    if (number < 1000) {
      return Long.toString(number);
    }
    String size = size(number);
    return size.substring(0, size.length() - 1)
        .replace(" ", "")
        .replace('k', 'K')
        .replace('G', 'B');
  }

  private static String shown(String revision) {
    return revision.isEmpty()
        ? "-"
        : revision.substring(0, Math.min(SHOWN_DIGITS, revision.length()));
  }

  /** Names and values in two columns. */
  private static final class Lines {
    private final StringJoiner lines = new StringJoiner(System.lineSeparator());

    void add(String name, String value) {
      lines.add("%-12s %s".formatted(name, value));
    }

    @Override
    public String toString() {
      return lines.toString();
    }
  }
}
