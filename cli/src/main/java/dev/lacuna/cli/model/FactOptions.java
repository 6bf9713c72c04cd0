package dev.lacuna.cli.model;

import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.runtime.facts.FactOverrides;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What a checkpoint's files leave out. */
final class FactOptions {

  private static final long MAX_CONFIG_BYTES = 1 << 20;

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description =
          "Family: llama, diffugpt, diffullama, smdm, llada, dream or sundae."
              + " Default: recognised by the files.")
  private String family;

  @Option(
      names = "--model-config",
      paramLabel = "FILE",
      description = "Configuration that replaces the folder's config.json. SMDM ships none.")
  private Path config;

  @Option(names = "--mask-token", paramLabel = "ID", description = "Id of the mask.")
  private Integer mask;

  @Option(
      names = "--start-token",
      paramLabel = "ID",
      description = "Id of the token before a document.")
  private Integer start;

  @Option(
      names = "--end-token",
      paramLabel = "ID",
      description = "Id of the token that ends a document.")
  private Integer end;

  @Option(names = "--pad-token", paramLabel = "ID", description = "Id of padding.")
  private Integer pad;

  @Option(names = "--steps", paramLabel = "N", description = "Steps of a request that names none.")
  private Integer steps;

  @Option(
      names = "--canvas-limit",
      paramLabel = "N",
      description = "Longest canvas in tokens. The model's positions bound it.")
  private Integer canvasLimit;

  /** The facts that were stated. */
  FactOverrides overrides() {
    FactOverrides facts = FactOverrides.NONE;
    facts = family == null ? facts : facts.withFamily(family);
    facts = config == null ? facts : facts.withConfig(read(config));
    facts = mask == null ? facts : facts.withMaskToken(id("--mask-token", mask));
    facts = start == null ? facts : facts.withStartToken(id("--start-token", start));
    facts = end == null ? facts : facts.withEndToken(id("--end-token", end));
    facts = pad == null ? facts : facts.withPadToken(id("--pad-token", pad));
    facts = steps == null ? facts : facts.withDefaultSteps(atLeastOne("--steps", steps));
    return canvasLimit == null
        ? facts
        : facts.withCanvasLimit(atLeastOne("--canvas-limit", canvasLimit));
  }

  private static int id(String option, int id) {
    if (id < 0) {
      throw CommandFailure.usage(option + " is " + id + "; it must be an id from 0");
    }
    return id;
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw CommandFailure.usage(option + " is " + value + "; it must be at least 1");
    }
    return value;
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAX_CONFIG_BYTES) {
        throw CommandFailure.usage(file + " is larger than 1 MiB; no configuration is");
      }
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw CommandFailure.usage(file + " isn't UTF-8");
    } catch (IOException e) {
      throw CommandFailure.usage(file + " can't be read: " + e.getMessage());
    }
  }
}
