package dev.lacuna.cli.model;

import dev.lacuna.cli.documents.LoneSurrogates;
import dev.lacuna.console.Console;
import dev.lacuna.console.JsonLines;
import dev.lacuna.console.Style;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.DeviceOption;
import dev.lacuna.console.command.DtypeOption;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.loading.ModelLoader;
import dev.lacuna.runtime.text.BlankMarkup;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lacuna fill}: the engine without Kafka. */
@Command(
    name = "fill",
    description = {
      "Fills the blanks of a text without Kafka.",
      "[[12]] is a blank of 12 tokens. [[8:name]] has a name. [[<=24]] may end"
          + " early, at the end of a text only. \\[[ is a literal [[.",
      "A terminal shows control characters as pictures such as ␍. A pipe or"
          + " file gets the text byte for byte, and a line feed."
    })
public final class FillCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "TEXT", description = "Text with blanks.")
  private String text;

  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of different fillings. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model folder, or name of an imported model. Default: the demo model.")
  private String model;

  @Mixin private DeviceOption device;

  @Mixin private DtypeOption dtype;

  @Option(names = "--json", description = "Prints one JSON object per sample.")
  private boolean json;

  /** Prints on a console. */
  public FillCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    int samplesMax = 1024;
    if (samples < 1 || samples > samplesMax) {
      throw CommandFailure.usage(
          "--samples is " + samples + "; it must be from 1 to " + samplesMax);
    }
    LoneSurrogates.find(text)
        .ifPresent(
            character -> {
              throw CommandFailure.usage(LoneSurrogates.message("the text", character));
            });
    Document document = Accept.orUsage(BlankMarkup.parse(text));
    Path folder = model == null ? LacunaHome.demoModel() : ModelFolders.resolve(model);
    ModelLoader loader =
        Accept.orUsage(ModelLoader.of(device.name(), dtype.name(), 0, ModelLimits.DEFAULT));
    LoadedModel loaded =
        Accept.orUsage(
            loader.load(folder.toAbsolutePath().normalize().getFileName().toString(), folder));
    long drawn = new SecureRandom().nextLong() >>> 1; // not negative: easier to type again
    try (LocalFill fill = LocalFill.of(loaded, samples)) {
      LocalFill.Job job = Accept.orUsage(fill.prepare(document, sampling.overrides(), drawn));
      if (sampling.overrides().seed().isEmpty()) {
        console.err().println("seed " + job.settings().seed());
      }
      fill.run(job, samples, filled -> print(document, job, filled));
    }
    return 0;
  }

  private void print(Document document, LocalFill.Job job, LocalFill.Filled filled) {
    if (json) {
      console.out().println(json(job, filled));
    } else {
      console.out().println(shown(document, filled.document()));
    }
  }

  private static String json(LocalFill.Job job, LocalFill.Filled filled) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sample", filled.sample());
    fields.put("text", filled.document().text());
    fields.put(
        "blanks",
        filled.document().blanks().stream()
            .map(
                blank -> {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("name", blank.name().orElse(null));
                  entry.put("text", blank.text());
                  entry.put("tokenIds", blank.tokenIds());
                  entry.put("confidences", blank.confidences());
                  return entry;
                })
            .toList());
    fields.put("meanLogProbability", filled.document().meanLogProbability());
    fields.put("seed", job.settings().seed());
    fields.put("stepsRun", filled.stepsRun());
    fields.put("fingerprint", job.fingerprint());
    return JsonLines.object("filled", fields);
  }

  /** The text: exact in a pipe; on a terminal blanks are set off, control characters visible. */
  private String shown(Document document, FilledDocument filled) {
    Style style = console.outStyle();
    if (!console.terminal()) {
      return filled.text();
    }
    if (!style.ansi()) {
      return Visible.of(filled.text());
    }
    StringBuilder styled = new StringBuilder();
    Iterator<FilledDocument.FilledBlank> blanks = filled.blanks().iterator();
    for (Document.Segment segment : document.segments()) {
      styled.append(
          segment instanceof Document.Text known
              ? Visible.of(known.content())
              : style.filled(Visible.of(blanks.next().text())));
    }
    return styled.toString();
  }
}
