package dev.lacuna.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints whose files contradict each other are refused, tensor by tensor. */
class BrokenTensorsTest {

  private static final String INDEX = "model.safetensors.index.json";
  private static final String FIRST = "model-00001-of-00003.safetensors";
  private static final String NORM = "model.transformer.blocks.0.attn_norm.weight";

  @TempDir private Path folder;

  @Test
  void shouldNameEveryTensorAtFaultWhenSeveralAre() {
    KitCopy copy =
        KitCopy.of("dream", folder)
            .rename(name -> name.equals("model.norm.weight") ? "model.nrm.weight" : name);
    copy.header(
        header -> {
          header.withObject("/model.layers.0.mlp.up_proj.weight").putArray("shape").add(2048);
          header.withObject("/lm_head.weight").put("dtype", "I32");
          return header;
        });
    assertThatThrownBy(copy::read)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("4 tensors don't fit")
        .hasMessageContaining("tensor model.norm.weight is missing, expected [32]")
        .hasMessageContaining(
            "tensor model.layers.0.mlp.up_proj.weight has shape [2048] F32, expected [64, 32]")
        .hasMessageContaining("tensor lm_head.weight has dtype I32, expected F32, F16 or BF16")
        .hasMessageContaining("tensor model.nrm.weight [32] F32 has no place in a model");
  }

  @Test
  void shouldStayReadableWhenEverythingIsAtFault() {
    KitCopy copy = KitCopy.of("dream", folder).rename(name -> "x." + name);
    String message = catchThrowable(copy::read).getMessage();
    assertThat(message.lines().count()).isEqualTo(22);
    // 2 layers of 12 tensors and 3 outside layers: each is missing, and each stored one unknown.
    assertThat(message).contains("54 tensors don't fit").endsWith("and 34 more");
  }

  @Test
  void shouldAcceptWhatFollowsFromTheConfigurationWhenAFileStoresIt() {
    KitCopy copy = KitCopy.of("diffugpt", folder);
    byte[] before = weightsOf(copy);
    addEmptyTensor(copy, "denoise_model.h.0.attn.bias");
    addEmptyTensor(copy, "denoise_model.h.1.attn.masked_bias");
    assertThat(weightsOf(copy)).isEqualTo(before);
    addEmptyTensor(copy, "denoise_model.h.1.adapter");
    assertThatThrownBy(copy::read).hasMessageContaining("h.1.adapter [0] F32 has no place");
  }

  private static byte[] weightsOf(KitCopy copy) {
    StringBuilder all = new StringBuilder();
    KitCopy.weights(copy.read()).forEach(w -> all.append(Arrays.toString(w)));
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void addEmptyTensor(KitCopy copy, String name) {
    copy.header(
        header -> {
          ObjectNode tensor = header.putObject(name).put("dtype", "F32");
          tensor.putArray("shape").add(0);
          tensor.putArray("data_offsets").add(0).add(0);
          return header;
        });
  }

  @Test
  void shouldRefuseTheIndexWhenItContradictsItsShards() {
    refused(map -> map.put(NORM, "model-00002-of-00003.safetensors"), FIRST + " holds it");
    refused(map -> map.put("no.such.tensor", FIRST), "no.such.tensor in " + FIRST + ", but no sh");
    refused(map -> map.remove(NORM), "tensor " + NORM + " is missing in the weight_map");
    refused(map -> map.put(NORM, "model-00009-of-00003.safetensors"), "no such file");
    refused(map -> map.removeAll(), "holds no weight_map");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model-00001-of-00003.safetensors",
        "/etc/passwd",
        "/elsewhere/a.safetensors",
        "sub/a.safetensors",
        "sub\\a.safetensors",
        "C:a.safetensors",
        "..",
        ".hidden.safetensors",
        "",
        "config.json"
      })
  void shouldRefuseTheIndexWhenItReachesOutOfItsFolder(String file) {
    refused(map -> map.put(NORM, file), "expected the name of a .safetensors file in this folder");
  }

  @Test
  void shouldRefuseTheIndexWhenAnEntryIsNoText() {
    refused(map -> map.put(NORM, 3), "weight_map." + NORM + " is 3, expected the name");
    refused(map -> map.putObject(NORM), "is {}, expected the name");
  }

  @Test
  void shouldRefuseTheShardsWhenATensorStandsInTwo() throws IOException {
    KitCopy copy = KitCopy.of("llada-sharded", folder);
    Files.copy(folder.resolve(FIRST), folder.resolve("model-copy.safetensors"));
    copy.edit(INDEX, j -> j.withObject("/weight_map").put(NORM, "model-copy.safetensors"));
    assertThatThrownBy(copy::read).hasMessageContaining("stands in").hasMessageContaining(FIRST);
  }

  @Test
  void shouldRefuseTheFolderWhenAShardIsGoneOrCutShort() throws IOException {
    KitCopy copy = KitCopy.of("llada-sharded", folder);
    byte[] whole = Files.readAllBytes(folder.resolve(FIRST));
    Files.write(folder.resolve(FIRST), Arrays.copyOf(whole, whole.length - 4));
    assertThatThrownBy(copy::read).hasMessageContaining(FIRST).hasMessageContaining("cut short");
    copy.delete(FIRST);
    assertThatThrownBy(copy::read)
        .hasMessageContaining(FIRST + ": no such file, expected the shard");
  }

  private void refused(Consumer<ObjectNode> change, String message) {
    Path own = folder.resolve("copy" + message.hashCode());
    try {
      Files.createDirectory(own);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    KitCopy copy = KitCopy.of("llada-sharded", own);
    copy.edit(INDEX, json -> change.accept(json.withObject("/weight_map")));
    assertThatThrownBy(copy::read)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(own.toString())
        .hasMessageContaining(message);
  }
}
