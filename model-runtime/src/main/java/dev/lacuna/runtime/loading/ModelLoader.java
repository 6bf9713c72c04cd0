package dev.lacuna.runtime.loading;

import dev.lacuna.runtime.LocalModel;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.onnx.device.CudaSettings;
import dev.lacuna.runtime.onnx.device.DeviceChoice;
import dev.lacuna.runtime.onnx.folder.Checkpoints;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.text.tokenizer.HuggingFaceTextCodec;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Loads checkpoint folders.
 *
 * @param options device, threads and numbers
 * @param limits what a request may ask for at most
 */
public record ModelLoader(ForwardPassOptions options, ModelLimits limits) {

  /** {@code dtype} that leaves the numbers to the model. */
  public static final String ANY_DTYPE = "auto";

  /** A loader that leaves the numbers to the model. */
  public static Checked<ModelLoader> of(String device, int threads, ModelLimits limits) {
    return of(device, ANY_DTYPE, threads, limits);
  }

  /**
   * A loader for settings as the configuration has them.
   *
   * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param dtype {@link #ANY_DTYPE}, or numbers of the matrices such as {@code int8}
   * @param threads threads of a forward pass; 0 for one for each processor
   */
  public static Checked<ModelLoader> of(
      String device, String dtype, int threads, ModelLimits limits) {
    Optional<NumberFormat> format = NumberFormat.ofWireName(dtype);
    if (format.isEmpty() && !dtype.equals(ANY_DTYPE)) {
      return Checked.refused(
          "INVALID_CONFIGURATION",
          "dtype",
          "dtype is '" + dtype + "'; use auto, fp32, fp16 or int8.");
    }
    int used = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return DeviceChoice.parse(device)
        .then(
            choice ->
                Checked.valid(
                    new ModelLoader(
                        new ForwardPassOptions(used, choice).withDtype(format), limits)));
  }

  /** A loader that uses CUDA devices in another way. */
  public ModelLoader withCuda(CudaSettings cuda) {
    return new ModelLoader(options.withCuda(cuda), limits);
  }

  /**
   * Loads a folder.
   *
   * @param name name by which requests ask for the model
   * @return the model, or a refusal for a tokenizer that can't be used
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if the other files can't be
   *     used
   * @throws dev.lacuna.runtime.onnx.ort.ForwardPassException if the runtime or the device can't be
   *     used
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
        new LocalModel(opened.facts(), codec, opened.fingerprint().toString(), limits),
        new EngineModel(opened.facts(), opened.forwardPass()),
        codec);
  }
}
