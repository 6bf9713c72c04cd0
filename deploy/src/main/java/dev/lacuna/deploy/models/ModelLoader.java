package dev.lacuna.deploy.models;

import dev.lacuna.runtime.Checked;
import dev.lacuna.runtime.LocalModel;
import dev.lacuna.runtime.SpecialTokens;
import dev.lacuna.runtime.engine.EngineModel;
import dev.lacuna.runtime.onnx.Checkpoints;
import dev.lacuna.runtime.onnx.DeviceChoice;
import dev.lacuna.runtime.onnx.ForwardPassOptions;
import dev.lacuna.runtime.onnx.OpenedCheckpoint;
import dev.lacuna.runtime.text.HuggingFaceTextCodec;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Loads checkpoint folders.
 *
 * @param options device and threads
 * @param stepsMax most steps that a request may ask for
 */
public record ModelLoader(ForwardPassOptions options, int stepsMax) {

  /**
   * A loader for settings as the configuration has them.
   *
   * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param threads threads of a forward pass; 0 for one for each processor
   */
  public static Checked<ModelLoader> of(String device, int threads, int stepsMax) {
    int used = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return DeviceChoice.parse(device)
        .then(
            choice ->
                Checked.valid(new ModelLoader(new ForwardPassOptions(used, choice), stepsMax)));
  }

  /**
   * Loads a folder.
   *
   * @param name name by which requests ask for the model
   * @return the model, or a refusal for a tokenizer that can't be used
   * @throws dev.lacuna.runtime.checkpoint.CheckpointException if the other files can't be used
   * @throws dev.lacuna.runtime.onnx.ForwardPassException if the runtime or the device can't be used
   */
  public Checked<LoadedModel> load(String name, Path folder) {
    OpenedCheckpoint opened = Checkpoints.open(folder, name, options);
    Checked<HuggingFaceTextCodec> codec =
        HuggingFaceTextCodec.load(opened.tokenizer(), reserved(opened.facts().special()));
    if (codec instanceof Checked.Refused<HuggingFaceTextCodec>) {
      opened.forwardPass().close();
    }
    return codec.then(text -> Checked.valid(assemble(opened, text)));
  }

  /** Ids that no text may become; a family lacks some of them. */
  private static int[] reserved(SpecialTokens special) {
    return IntStream.of(special.mask(), special.start(), special.end(), special.pad())
        .filter(id -> id != SpecialTokens.NONE)
        .distinct()
        .toArray();
  }

  private LoadedModel assemble(OpenedCheckpoint opened, HuggingFaceTextCodec codec) {
    return new LoadedModel(
        new LocalModel(opened.facts(), codec, opened.fingerprint().toString(), stepsMax),
        new EngineModel(opened.facts(), opened.forwardPass()),
        codec);
  }
}
