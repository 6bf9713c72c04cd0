package dev.lacuna.cli.model;

import dev.lacuna.console.Console;
import dev.lacuna.console.ProgressLine;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.Versions;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.checkpoint.manifest.ManifestFile;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.folder.ModelDescription;
import dev.lacuna.runtime.onnx.folder.ModelImport;
import dev.lacuna.runtime.onnx.folder.ModelVerification;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lacuna models}. */
@Command(name = "models", description = "Imports, lists, shows and verifies models.")
public final class ModelsCommand {

  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  private final Console console;

  /** Prints on a console. */
  public ModelsCommand(Console console) {
    this.console = console;
  }

  @Command(
      name = "import",
      description = {
        "Makes a model folder from a published checkpoint or a plain ONNX model.",
        "Weights lie in a file of their own, which a worker maps into memory."
      })
  int importModel(
      @Parameters(paramLabel = "DIR", description = "Folder of the checkpoint.") Path source,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "Folder to write. Default: models/NAME in Lacuna's folder.")
          Path out,
      @Option(
              names = "--dtype",
              paramLabel = "TYPE",
              defaultValue = "fp32",
              description =
                  "Number format of the matrices: fp32, fp16 or int8. int8 runs on CPUs"
                      + " only. Default: ${DEFAULT-VALUE}.")
          String dtype,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description = "Name of the model. Default: the checkpoint folder's name.")
          String name,
      @Option(
              names = "--force",
              description =
                  "Replaces any folder at --out. An imported model is replaced without --force.")
          boolean force,
      @Mixin FactOptions facts)
      throws IOException {
    NumberFormat format = format(dtype);
    String known = name == null ? lastName(source) : name;
    if (!known.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,100}")) {
      throw CommandFailure.usage(
          "--name is "
              + Visible.of(known)
              + "; it must be 1 to 101 of the characters a-z, A-Z, 0-9, '.', '_' and '-'");
    }
    Path target = out == null ? LacunaHome.models().resolve(known) : out;
    ModelImport.Order order =
        new ModelImport.Order(
            source, target, known, format, facts.overrides(), force, Versions.program());
    sayWhatGoes(target);
    long started = System.nanoTime();
    ModelImport.Imported imported = withProgress("written", bar -> ModelImport.run(order, bar));
    console
        .out()
        .println(ModelText.imported(imported, Duration.ofNanos(System.nanoTime() - started)));
    return 0;
  }

  /** Checkpoints of one name would else take each other's place without a word. */
  private void sayWhatGoes(Path target) {
    if (ManifestFile.isIn(target)) {
      console.err().println("replacing the imported model in " + target);
    }
  }

  @Command(name = "list", description = "Lists the models in a folder.")
  int list(
      @Parameters(
              paramLabel = "DIR",
              arity = "0..1",
              description = "Folder of model folders. Default: models in Lacuna's folder.")
          Path folder,
      @Option(names = "--json", description = "Prints one JSON object per model.") boolean json)
      throws IOException {
    Path where = folder == null ? LacunaHome.models() : folder;
    if (!Files.isDirectory(where)) {
      if (folder == null) {
        console.err().println("no models are imported yet; `lacuna models import DIR` does that");
        return 0;
      }
      throw CommandFailure.usage(folder + ": no such folder");
    }
    List<ModelDescription> models = describe(where);
    if (json) {
      models.forEach(model -> console.out().println(ModelJson.of(model)));
    } else if (models.isEmpty()) {
      console.err().println("no models in " + where);
    } else {
      console.out().print(ModelText.table(models));
    }
    return 0;
  }

  private List<ModelDescription> describe(Path where) throws IOException {
    List<Path> folders;
    try (Stream<Path> files = Files.list(where)) {
      folders = files.filter(ModelDescription::isModel).sorted().toList();
    }
    List<ModelDescription> models = new ArrayList<>();
    for (Path folder : folders) {
      try {
        models.add(ModelDescription.of(folder, null, FactOverrides.NONE));
      } catch (CheckpointException e) {
        console.err().println("unusable: " + Visible.of(e.getMessage()));
      }
    }
    return models;
  }

  @Command(
      name = "show",
      description = "Shows all that is known of an imported or published model.")
  int show(
      @Parameters(paramLabel = "MODEL", description = "Folder, or name of an imported model.")
          String model,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json,
      @Mixin FactOptions facts) {
    ModelDescription described =
        ModelDescription.of(ModelFolders.resolve(model), null, facts.overrides());
    console.out().println(json ? ModelJson.of(described) : ModelText.of(described));
    return 0;
  }

  @Command(
      name = "verify",
      description = "Compares every byte of an imported model with its manifest.")
  int verify(
      @Parameters(paramLabel = "MODEL", description = "Folder, or name of an imported model.")
          String model)
      throws IOException {
    Path folder = ModelFolders.resolve(model);
    Manifest manifest = withProgress("read", bar -> ModelVerification.verify(folder, bar));
    console.out().println(Visible.of(manifest.facts().name()) + ": every file is as imported");
    return 0;
  }

  /** Work that tells how far it is. */
  private interface Work<T> {
    T run(ModelImport.Progress progress) throws IOException;
  }

  private <T> T withProgress(String verb, Work<T> work) throws IOException {
    try (ProgressLine line = new ProgressLine(console, PLAIN_INTERVAL)) {
      return work.run(
          (bytes, total) ->
              line.show(
                  bytes,
                  total,
                  "%s of %s %s".formatted(ModelText.size(bytes), ModelText.size(total), verb),
                  System.nanoTime()));
    }
  }

  private static NumberFormat format(String name) {
    return NumberFormat.ofWireName(name)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--dtype is " + Visible.of(name) + "; it must be fp32, fp16 or int8"));
  }

  private static String lastName(Path folder) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return last == null ? "model" : last.toString();
  }
}
