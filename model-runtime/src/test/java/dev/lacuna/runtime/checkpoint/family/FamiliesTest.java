package dev.lacuna.runtime.checkpoint.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.KitCopy;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.Conventions.FirstRow;
import dev.lacuna.runtime.facts.Conventions.Noise;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.onnx.KitModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FamiliesTest {

  @TempDir private Path folder;

  static Stream<KitModel> models() {
    return KitModel.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldStateTheFactsOfTheManifestWhenTheFamilyIsNamed(KitModel model) {
    JsonNode manifest = model.manifest();
    ModelFacts facts = model.read().facts();
    assertThat(facts.family()).isEqualTo(manifest.get("family").textValue());
    assertThat(facts.shift()).isEqualTo(manifest.get("shift").booleanValue());
    assertThat(facts.maskToken())
        .isEqualTo(manifest.get("mask_token_id").asInt(SpecialTokens.NONE));
    assertThat(facts.endToken()).isEqualTo(manifest.get("eos_token_id").intValue());
    assertThat(facts.vocabulary()).isEqualTo(manifest.get("logit_rows").intValue());
    assertThat(facts.embeddings()).isEqualTo(manifest.get("embedding_rows").intValue());
    assertThat(facts.tokens()).isEqualTo(manifest.get("tokenizer_size").intValue());
    assertThat(facts.canvasLimit()).isEqualTo(manifest.get("max_length").intValue());
    assertThat(facts.conventions().noise() == Noise.UNIFORM)
        .isEqualTo(manifest.get("noise").textValue().equals("uniform"));
    if (facts.special().hasStart()) {
      assertThat(facts.special().start()).isEqualTo(manifest.get("bos_token_id").intValue());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "diffugpt, diffugpt, true",
    "diffugpt-resized, diffugpt, true",
    "diffullama-wrapped, diffullama, true",
    "smdm, smdm, true",
    "smdm-gqa, smdm, true",
    "llada, llada, false",
    "llada-sharded, llada, false",
    "dream, dream, false",
  })
  void shouldRecogniseTheFamilyWhenTheFolderTellsIt(String name, String family, boolean starts) {
    ModelFacts facts = KitCopy.of(name, folder).read().facts();
    assertThat(facts.family()).isEqualTo(family);
    assertThat(facts.special().hasStart()).isEqualTo(starts);
    assertThat(facts.maskToken()).isEqualTo(KitModel.of(name).read().facts().maskToken());
  }

  @Test
  void shouldAskForTheFamilyWhenAFolderLooksLikePlainLlama() {
    KitCopy copy = KitCopy.of("diffullama", folder);
    assertThatThrownBy(copy::read)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("mask_token_id is missing")
        .hasMessageContaining("{\"lacuna\": {\"family\": \"diffullama\"}}");
    copy.set("config.json", "lacuna", "{\"family\": \"diffullama\"}");
    assertThat(copy.read().facts().family()).isEqualTo("diffullama");
    copy.set("config.json", "lacuna", "{\"family\": \"sundae\"}");
    assertThat(copy.read().facts().special().hasMask()).isFalse();
    copy.set("config.json", "lacuna", "{\"family\": \"gpt5\"}");
    assertThatThrownBy(copy::read)
        .hasMessageContaining("stated as \"gpt5\", expected one of llama, diffugpt, diffullama");
  }

  @Test
  void shouldSampleAsTheReferencesDoWhenNothingIsAsked() {
    assertThat(List.of("diffugpt", "diffullama", "smdm", "llada", "dream", "sundae"))
        .extracting(name -> KitModel.of(name).read().facts().defaults())
        .containsExactly(
            defaults(64, UnmaskingOrder.RANDOM, CountSchedule.INDEPENDENT, 0.95f, 0.9f),
            defaults(64, UnmaskingOrder.RANDOM, CountSchedule.INDEPENDENT, 0.9f, 0.9f),
            defaults(256, UnmaskingOrder.CONFIDENCE, CountSchedule.LINEAR, 0.1f, 1f),
            defaults(128, UnmaskingOrder.CONFIDENCE, CountSchedule.EVEN, 0f, 1f),
            defaults(512, UnmaskingOrder.ENTROPY, CountSchedule.LINEAR, 0.2f, 0.95f),
            defaults(10, UnmaskingOrder.RANDOM, CountSchedule.EVEN, 0f, 1f));
    assertThat(List.of("diffugpt", "smdm", "llada", "dream", "sundae"))
        .extracting(name -> KitModel.of(name).read().facts().conventions())
        .containsExactly(
            new Conventions(true, FirstRow.GIVEN, Noise.ABSORBING, false, 0f, false),
            new Conventions(false, FirstRow.OWN, Noise.ABSORBING, false, 1e-5f, false),
            new Conventions(false, FirstRow.OWN, Noise.ABSORBING, false, 0f, false),
            new Conventions(true, FirstRow.OWN, Noise.ABSORBING, false, 1e-3f, true),
            new Conventions(false, FirstRow.OWN, Noise.UNIFORM, false, 0f, false));
  }

  private static SamplingDefaults defaults(
      int steps, UnmaskingOrder order, CountSchedule schedule, float temperature, float topP) {
    return new SamplingDefaults(steps, order, schedule, temperature, topP);
  }

  @Test
  void shouldPreferWhatIsSaidNearestWhenSeveralFilesNameAToken() {
    KitCopy copy = KitCopy.of("dream", folder);
    copy.edit("config.json", json -> json.remove("mask_token_id"));
    assertThat(copy.read().facts().maskToken()).as("tokenizer_config.json").isEqualTo(106);
    copy.edit("tokenizer_config.json", j -> j.putObject("mask_token").put("content", "<|mask|>"));
    assertThat(copy.read().facts().maskToken()).as("as an object").isEqualTo(106);
    copy.set("config.json", "lacuna", "{\"mask_token_id\": 105, \"bos_token_id\": 3}");
    assertThat(copy.read().facts().maskToken()).isEqualTo(105);
    assertThat(copy.read().facts().special().start()).isEqualTo(3);
    FactOverrides user = FactOverrides.NONE.withMaskToken(104).withStartToken(-1);
    assertThat(copy.read(user).facts().maskToken()).isEqualTo(104);
    assertThat(copy.read(user).facts().special().hasStart()).isFalse();
    assertThatThrownBy(() -> copy.read(FactOverrides.NONE.withMaskToken(SpecialTokens.NONE)))
        .hasMessageContaining("special.mask is null, expected an id");
    copy.set("config.json", "lacuna", "null");
    copy.edit("tokenizer_config.json", json -> json.put("mask_token", "<|no such token|>"));
    assertThatThrownBy(copy::read)
        .hasMessageContaining("mask_token is \"<|no such token|>\", expected a token of");
  }

  @Test
  void shouldTakeTheGenerationConfigsIdsWhenConfigJsonHasNone() throws Exception {
    KitCopy copy = KitCopy.of("diffullama-wrapped", folder);
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"bos_token_id\": 5, \"eos_token_id\": [6, 7], \"pad_token_id\": 8}");
    copy.edit("config.json", json -> json.remove(List.of("bos_token_id", "eos_token_id")));
    assertThat(copy.read().facts().special()).isEqualTo(new SpecialTokens(57, 5, 6, 8));
  }

  @Test
  void shouldLimitTheCanvasWhenTheFamilyOrTheUserDoes() {
    KitCopy copy = KitCopy.of("dream", folder);
    copy.set("config.json", "max_position_embeddings", "131072");
    Checkpoint checkpoint = copy.read();
    assertThat(checkpoint.facts().canvasLimit()).isEqualTo(2048);
    assertThat(checkpoint.shape().maxLength()).isEqualTo(2048);
    copy.set("config.json", "lacuna", "{\"canvas_limit\": 4096}");
    assertThat(copy.read().shape().maxLength()).isEqualTo(4096);
    FactOverrides user = FactOverrides.NONE.withCanvasLimit(100);
    assertThat(copy.read(user).facts().canvasLimit()).isEqualTo(100);
    assertThatThrownBy(() -> copy.read(FactOverrides.NONE.withCanvasLimit(131073)))
        .hasMessageContaining("expected 1 to 131072");
  }

  @Test
  void shouldKeepTheEndTokenProposableWhenItStartsDocumentsToo() {
    ModelFacts facts = KitModel.of("diffugpt").read().facts();
    assertThat(facts.special().start()).isEqualTo(facts.endToken());
    assertThat(facts.mayPropose(facts.endToken())).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "diffugpt | config.json | activation_function | \"relu\" | expected \"gelu_new\"",
        "diffugpt | config.json | scale_attn_by_inverse_layer_idx | true | expected false",
        "diffugpt | config.json | scale_attn_weights | false | expected true",
        "diffugpt | config.json | n_positions | 65 | expected [65, 32]",
        "diffugpt | config.json | n_inner | 64 | expected [32, 64]",
        "diffugpt | config.json | n_layer | 3 | denoise_model.h.2.attn.c_attn.weight is missing",
        "diffugpt | config.json | vocab_size | 113 | has shape [112, 32] F32, expected [113, 32]",
        "llada | config.json | alibi | true | alibi is true, expected false",
        "llada | config.json | rope | null | rope is missing, expected true",
        "llada | config.json | block_type | \"sequential\" | expected \"llama\"",
        "llada | config.json | activation_type | \"swiglu\" | expected \"silu\"",
        "llada | config.json | layer_norm_type | null | layer_norm_type is missing",
        "llada | config.json | include_qkv_bias | true | expected false",
        "llada | config.json | scale_logits | true | expected false",
        "llada | config.json | embedding_size | 128 | expected [128, 32]",
        "dream | config.json | use_sliding_window | true | expected false",
        "dream | config.json | rope_scaling | {\"type\":\"yarn\"} | expected null",
        "dream | config.json | rope_parameters | {\"rope_type\":\"yarn\"} | expected \"default\"",
        "dream | config.json | hidden_act | \"gelu\" | expected \"silu\"",
        "dream | config.json | quantization_config | {} | expected null",
        "dream | config.json | model_type | \"qwen2\" | model_type is \"qwen2\", expected",
        "smdm | lit_config.json | parallel_residual | true | expected false",
        "smdm | lit_config.json | parallel_residual | null | parallel_residual is missing",
        "smdm | lit_config.json | bias | true | expected false",
        "smdm | lit_config.json | rotary_percentage | 0.25 | expected 1.0",
        "smdm | lit_config.json | condense_ratio | 2 | expected 1",
        "smdm | lit_config.json | norm_class | \"LayerNorm\" | expected \"FusedRMSNorm\"",
        "smdm | lit_config.json | mlp_class | \"GptNeoxMLP\" | expected \"LLaMAMLP\"",
        "smdm | lit_config.json | head_size | 16 | expected a whole number from 8 to 8",
        "smdm | lit_config.json | padded_vocab_size | 128 | expected [129, 32]",
        "smdm | lit_config.json | n_query_groups | 2 | expected [64, 32]",
      })
  void shouldRefuseTheConfigurationWhenTheGraphWouldBeWrong(
      String model, String file, String key, String value, String message) {
    KitCopy copy = KitCopy.of(model, folder).set(file, key, value);
    assertThatThrownBy(copy::read)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file)
        .hasMessageContaining(message);
  }
}
