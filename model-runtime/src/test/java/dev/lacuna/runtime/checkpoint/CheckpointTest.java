package dev.lacuna.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {

  @TempDir private Path folder;

  private final TestCheckpoint files = TestCheckpoint.of(40, 16);

  @Test
  void shouldReadTheFactsWhenTheFolderIsSound() {
    ModelFacts facts = read().facts();
    assertThat(facts).isEqualTo(TestFacts.of("m", facts.revision(), 40, 39, 256, 32));
    assertThat(facts.revision()).matches("[0-9a-f]{64}");
  }

  @Test
  void shouldTakeFamilyDataFromTheLacunaObjectWhenThereIsOne() {
    files
        .config
        .putObject("lacuna")
        .put("shift", true)
        .put("ends_documents", false)
        .put("default_steps", 7);
    ModelFacts facts = read().facts();
    assertThat(facts.shift()).isTrue();
    assertThat(facts.endsDocuments()).isFalse();
    assertThat(facts.defaults().steps()).isEqualTo(7);
  }

  @Test
  void shouldPreferTheUsersFactsWhenTheFilesStateOthers() {
    files.config.putObject("lacuna").put("shift", true);
    files.write(folder);
    FactOverrides user =
        FactOverrides.NONE.withMaskToken(5).withEndToken(6).withPadToken(7).withShift(false);
    ModelFacts facts = Checkpoint.read(folder, "m", user).facts();
    assertThat(facts.maskToken()).isEqualTo(5);
    assertThat(facts.endToken()).isEqualTo(6);
    assertThat(facts.padToken()).isEqualTo(7);
    assertThat(facts.shift()).isFalse();
  }

  @Test
  void shouldPadWithTheEndTokenWhenThereIsNoPadding() {
    files.config.putNull("pad_token_id");
    assertThat(read().facts().padToken()).isEqualTo(1);
    files.config.put("pad_token_id", -1);
    assertThat(read().facts().padToken()).isEqualTo(1);
  }

  @Test
  void shouldChangeTheRevisionWhenTheUserStatesFacts() {
    files.write(folder);
    List<FactOverrides> stated =
        List.of(
            FactOverrides.NONE,
            FactOverrides.NONE.withShift(true),
            FactOverrides.NONE.withMaskToken(5),
            FactOverrides.NONE.withConfig(files.config.toString()),
            FactOverrides.NONE.withConfig(files.config.deepCopy().put("rope_theta", 20000) + ""));
    assertThat(stated.stream().map(user -> Checkpoint.read(folder, "m", user).facts().revision()))
        .allMatch(revision -> revision.matches("[0-9a-f]{64}"))
        .doesNotHaveDuplicates();
    assertThat(Checkpoint.read(folder, "m", FactOverrides.NONE.withShift(true)).facts().revision())
        .isEqualTo(
            Checkpoint.read(folder, "m", FactOverrides.NONE.withShift(true)).facts().revision());
  }

  @Test
  void shouldChangeTheRevisionWhenAnyFileChanges() {
    String before = read().facts().revision();
    assertThat(read().facts().revision()).isEqualTo(before);
    files.data[files.data.length - 2] ^= 1;
    String weights = read().facts().revision();
    files.tokenizer.put("version", "2");
    String tokenizer = read().facts().revision();
    files.config.put("rope_theta", 20000);
    String config = read().facts().revision();
    assertThat(Set.of(before, weights, tokenizer, config)).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mask_token_id | null | mask_token_id is missing, expected a token id",
        "mask_token_id | 40 | mask_token_id is 40, expected a token id from 0 to 39",
        "mask_token_id | -1 | mask_token_id is -1, expected a token id from 0 to 39",
        "mask_token_id | true | mask_token_id is true",
        "mask_token_id | 1 | mask_token_id and eos_token_id are both 1",
        "eos_token_id | null | eos_token_id is missing",
        "hidden_size | null | hidden_size is missing",
        "hidden_size | 0 | hidden_size is 0, expected a whole number from 1",
        "hidden_size | 99999999999 | hidden_size is 99999999999, expected a whole number",
        "hidden_size | 1.5 | hidden_size is 1.5, expected a whole number",
        "hidden_size | 24 | has shape [40, 16] F32, expected [40, 24] from config.json",
        "vocab_size | 41 | has shape [40, 16] F32, expected [41, 16] from config.json",
        "vocab_size | 38 | tensor model.embed_tokens.weight has shape [40, 16]",
        "num_hidden_layers | 3 | tensor model.layers.2.input_layernorm.weight is missing",
        "num_hidden_layers | 1 | has no place in a model of family llama with 1 layers",
        "num_key_value_heads | 3 | num_key_value_heads is 3, expected a divisor",
        "num_attention_heads | 3 | hidden_size is 16, expected a multiple of 3",
        "max_position_embeddings | 0 | max_position_embeddings is 0, expected",
        "head_dim | 4096 | has shape [16, 16] F32, expected [16384, 16] from config.json",
        "head_dim | 3 | expected an even width",
        "rms_norm_eps | -1 | rms_norm_eps is -1, expected a positive number",
        "rope_theta | \"x\" | rope_theta is \"x\", expected a positive number",
        "rope_scaling | {} | rope_scaling is {}, expected null",
        "model_type | \"bert\" | model_type is \"bert\", expected \"llama\", \"gpt2\"",
        "model_type | null | model_type is missing, expected \"llama\"",
        "sliding_window | 128 | sliding_window is 128, expected null",
        "hidden_act | \"gelu\" | hidden_act is \"gelu\", expected \"silu\"",
        "attention_bias | true | attention_bias is true, expected false",
        "tie_word_embeddings | false | tensor lm_head.weight is missing, expected [40, 16]",
        "lacuna | 3 | lacuna is 3, expected an object",
        "lacuna | {\"shft\":true} | lacuna.shft is unknown",
        "lacuna | {\"default_steps\":0} | lacuna.default_steps is 0, expected",
        "lacuna | {\"shift\":1} | lacuna.shift is 1, expected true or false",
      })
  void shouldRefuseTheConfigurationWhenAValueCantWork(String key, String json, String message)
      throws IOException {
    files.config.set(key, new com.fasterxml.jackson.databind.ObjectMapper().readTree(json));
    refused(message);
  }

  @Test
  void shouldRefuseTheCanvasWhenItsRotaryTableWouldBeHuge() {
    files.config.put("max_position_embeddings", 1 << 20).put("head_dim", 128);
    refused("max_position_embeddings is 1048576, expected at most 131072 for heads 128 wide");
  }

  @Test
  void shouldRefuseTheWeightsWhenATensorIsNotOfWeights() {
    ObjectNode norm = files.tensor("model.norm.weight");
    norm.put("dtype", "I32");
    refused("tensor model.norm.weight has dtype I32, expected F32, F16 or BF16");
  }

  @Test
  void shouldRefuseTheTokenizerWhenItsIdsExceedTheVocabulary() {
    files.tokenizer.putArray("added_tokens").addObject().put("id", 40);
    refused("has token ids up to 40, expected ids below vocab_size, 40");
    files.tokenizer.putArray("added_tokens").addObject().put("id", "x");
    refused("added_tokens.id is \"x\"");
    files.tokenizer.remove("model");
    refused("model.vocab is missing");
  }

  @Test
  void shouldCountEveryIdWhenTheVocabularyIsAListOrHasAddedTokens() {
    files.tokenizer.putObject("model").putArray("vocab").addArray().add("a").add(-1.0);
    assertThat(read().facts().tokens()).isEqualTo(1);
    files.tokenizer.putArray("added_tokens").addObject().put("id", 8);
    assertThat(read().facts().tokens()).isEqualTo(9);
  }

  @Test
  void shouldNameTheFileWhenOneIsMissingOrNoJson() throws IOException {
    for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
      files.write(folder);
      Files.delete(folder.resolve(name));
      assertRefused(name + ": no such file");
      Files.writeString(folder.resolve(name), "not JSON, not a tensor file");
      assertRefused(name);
    }
  }

  private Checkpoint read() {
    return Checkpoint.read(files.write(folder), "m", FactOverrides.NONE);
  }

  private void refused(String message) {
    files.write(folder);
    assertRefused(message);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Checkpoint.read(folder, "m", FactOverrides.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(folder.toString());
  }
}
