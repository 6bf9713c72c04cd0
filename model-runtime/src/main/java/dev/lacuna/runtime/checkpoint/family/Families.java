package dev.lacuna.runtime.checkpoint.family;

import static dev.lacuna.runtime.checkpoint.family.Layouts.DIFFULLAMA_WRAPPED;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.safetensors.Weights;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.Conventions.FirstRow;
import dev.lacuna.runtime.facts.Conventions.Noise;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The families that are known, and how a folder tells which is its own. */
public final class Families {

  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final List<String> FREQUENCIES = List.of(".rotary_emb.inv_freq");

  /** LLaMA-shaped, without shift; documents end with the end token: the demo model. */
  static final Family LLAMA =
      new Family(
          "llama",
          HuggingFaceLlama::plain,
          List.of(Layouts.LLAMA),
          FREQUENCIES,
          new Family.Tokens(true, false, false, "", true),
          NO_LIMIT,
          Conventions.PLAIN,
          SamplingDefaults.plain(32));

  /** Of DiffuGPT and DiffuLLaMA: HKUNLP/DiffuLLaMA, {@code model.py generate_samples}. */
  private static final Conventions ADAPTED =
      new Conventions(true, FirstRow.GIVEN, Noise.ABSORBING, false, 0f, false);

  /**
   * Both inference scripts put {@code tokenizer.bos_token_id} before a text and take 64 steps and a
   * top-p of 0.9.
   */
  private static final Family.Tokens ADAPTED_TOKENS =
      new Family.Tokens(true, true, true, "", false);

  /** GPT-2 made a diffusion model; defaults of {@code inf_diffugpt.py}. */
  static final Family DIFFUGPT =
      new Family(
          "diffugpt",
          HuggingFaceGpt2::read,
          List.of(Layouts.GPT2_WRAPPED, Layouts.GPT2, Layouts.GPT2_BARE),
          List.of(".attn.bias", ".attn.masked_bias"),
          ADAPTED_TOKENS,
          NO_LIMIT,
          ADAPTED,
          new SamplingDefaults(64, UnmaskingOrder.RANDOM, CountSchedule.INDEPENDENT, 0.95f, 0.9f));

  /** LLaMA made a diffusion model; defaults of {@code inf_diffullama.py}. */
  static final Family DIFFULLAMA =
      new Family(
          "diffullama",
          HuggingFaceLlama::resizable,
          List.of(Layouts.LLAMA, DIFFULLAMA_WRAPPED),
          FREQUENCIES,
          ADAPTED_TOKENS,
          NO_LIMIT,
          ADAPTED,
          new SamplingDefaults(64, UnmaskingOrder.RANDOM, CountSchedule.INDEPENDENT, 0.9f, 0.9f));

  /**
   * ML-GSAI/SMDM on lit-gpt: epsilon of {@code diff_sample}, defaults of {@code evaluate_gsm8k.py}.
   * Its tokenizer, TinyLlama's, begins every text with {@code <s>}.
   */
  static final Family SMDM =
      new Family(
          "smdm",
          LitGpt::read,
          List.of(Layouts.LIT_GPT),
          List.of(),
          new Family.Tokens(true, true, true, "vocab_size", false),
          NO_LIMIT,
          new Conventions(false, FirstRow.OWN, Noise.ABSORBING, false, 1e-5f, false),
          new SamplingDefaults(256, UnmaskingOrder.CONFIDENCE, CountSchedule.LINEAR, 0.1f, 1f));

  /** ML-GSAI/LLaDA, defaults of {@code generate.py generate}. */
  static final Family LLADA =
      new Family(
          "llada",
          HuggingFaceLlada::read,
          List.of(Layouts.LLADA),
          FREQUENCIES,
          new Family.Tokens(true, true, false, "", false),
          NO_LIMIT,
          new Conventions(false, FirstRow.OWN, Noise.ABSORBING, false, 0f, false),
          new SamplingDefaults(128, UnmaskingOrder.CONFIDENCE, CountSchedule.EVEN, 0f, 1f));

  /**
   * Dream-7B: epsilon of {@code DreamGenerationConfig}, the example of its model card, and the 2048
   * tokens that the card gives as its context, where config.json states 131072 positions.
   */
  static final Family DREAM =
      new Family(
          "dream",
          HuggingFaceLlama::dream,
          List.of(Layouts.LLAMA),
          FREQUENCIES,
          new Family.Tokens(true, true, false, "", false),
          2048,
          new Conventions(true, FirstRow.OWN, Noise.ABSORBING, false, 1e-3f, true),
          new SamplingDefaults(512, UnmaskingOrder.ENTROPY, CountSchedule.LINEAR, 0.2f, 0.95f));

  /**
   * LLaMA-shaped, from uniform random tokens (arXiv 2112.06749, AR2Diff 2401.17181). Neither paper
   * published code: ten steps of the most probable tokens.
   */
  static final Family SUNDAE =
      new Family(
          "sundae",
          HuggingFaceLlama::plain,
          List.of(Layouts.LLAMA, DIFFULLAMA_WRAPPED),
          FREQUENCIES,
          new Family.Tokens(false, true, false, "", false),
          NO_LIMIT,
          new Conventions(false, FirstRow.OWN, Noise.UNIFORM, false, 0f, false),
          new SamplingDefaults(10, UnmaskingOrder.RANDOM, CountSchedule.EVEN, 0f, 1f));

  private static final Map<String, Family> BY_NAME = byName();

  /** Families that config.json's {@code model_type} names. */
  private static final Map<String, Family> BY_MODEL_TYPE =
      Map.of("llama", LLAMA, "gpt2", DIFFUGPT, "llada", LLADA, "Dream", DREAM);

  private Families() {}

  private static Map<String, Family> byName() {
    Map<String, Family> all = new LinkedHashMap<>();
    for (Family family : List.of(LLAMA, DIFFUGPT, DIFFULLAMA, SMDM, LLADA, DREAM, SUNDAE)) {
      all.put(family.name(), family);
    }
    return all;
  }

  /**
   * The family of a checkpoint: as stated by the user, by {@code lacuna.family}, or by what the
   * files look like. A {@code model_type} of {@code llama} alone means the plain family, since
   * nothing in the files of DiffuLLaMA or SUNDAE says that they are no plain LLaMA, save for the
   * names that DiffuLLaMA's own class writes.
   */
  public static Family of(JsonObject json, Weights weights, FactOverrides overrides) {
    Optional<String> stated =
        overrides
            .family()
            .or(() -> json.optionalObject(FactReader.OWN).flatMap(o -> o.optionalText("family")));
    if (stated.isPresent()) {
      return Optional.ofNullable(BY_NAME.get(stated.get()))
          .orElseThrow(
              () ->
                  new CheckpointException(
                      json.file(),
                      "the family is stated as \""
                          + stated.get()
                          + "\", expected one of "
                          + String.join(", ", BY_NAME.keySet())));
    }
    Optional<String> type = json.optionalText("model_type");
    if (type.isEmpty()) {
      return withoutModelType(json);
    }
    Family family = BY_MODEL_TYPE.get(type.get());
    if (family == null) {
      throw json.wrong("model_type", EXPECTED);
    }
    boolean wrapped = family.equals(LLAMA) && weights.has(DIFFULLAMA_WRAPPED.embedding());
    return wrapped ? DIFFULLAMA : family;
  }

  private static final String EXPECTED =
      "\"llama\", \"gpt2\" (DiffuGPT), \"llada\" or \"Dream\", the ones supported";

  private static Family withoutModelType(JsonObject json) {
    if (LitGpt.recognises(json)) {
      return SMDM;
    }
    throw new CheckpointException(
        json.file(),
        "model_type is missing, expected "
            + EXPECTED
            + ", or the keys of a lit-gpt configuration (padded_vocab_size, n_query_groups)");
  }
}
