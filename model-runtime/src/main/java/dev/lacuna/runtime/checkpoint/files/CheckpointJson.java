package dev.lacuna.runtime.checkpoint.files;

import dev.lacuna.runtime.json.JsonReader;

/** Reads the JSON files of a checkpoint's or a model's folder. */
public final class CheckpointJson {

  /** Problems are {@link CheckpointException}s. */
  public static final JsonReader READER =
      new JsonReader(
          CheckpointException::new,
          "no such file; a checkpoint folder holds config.json, *.safetensors and"
              + " tokenizer.json");

  private CheckpointJson() {}
}
