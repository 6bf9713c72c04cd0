package dev.lacuna.testbed;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Made-up weights of a LLaMA with a tied head, under Hugging Face's names.
 *
 * @param hidden hidden size
 * @param feedForward width of the MLP
 * @param layers layers
 * @param vocabulary tokens
 */
public record LlamaWeights(int hidden, int feedForward, int layers, int vocabulary) {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    tensors.put("model.embed_tokens.weight", new int[] {vocabulary, hidden});
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      for (String part : new String[] {"q", "k", "v", "o"}) {
        tensors.put(prefix + "self_attn." + part + "_proj.weight", new int[] {hidden, hidden});
      }
      tensors.put(prefix + "mlp.gate_proj.weight", new int[] {feedForward, hidden});
      tensors.put(prefix + "mlp.up_proj.weight", new int[] {feedForward, hidden});
      tensors.put(prefix + "mlp.down_proj.weight", new int[] {hidden, feedForward});
      tensors.put(prefix + "input_layernorm.weight", new int[] {hidden});
      tensors.put(prefix + "post_attention_layernorm.weight", new int[] {hidden});
    }
    tensors.put("model.norm.weight", new int[] {hidden});
    return tensors;
  }

  /**
   * Writes a safetensors file: length of the header, the header, then the tensors' numbers one
   * after another.
   *
   * @param file is replaced
   * @param drawn numbers of the matrices; gains are 1
   */
  public void write(Path file, DoubleSupplier drawn) throws IOException {
    byte[] header = header().toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      flush(buffer.putLong(header.length), out);
      flush(ByteBuffer.wrap(header).position(header.length), out);
      for (int[] shape : tensors().values()) {
        boolean gain = shape.length == 1;
        for (long left = elements(shape); left > 0; left--) {
          buffer.putFloat(gain ? 1 : (float) drawn.getAsDouble());
          if (!buffer.hasRemaining()) {
            flush(buffer, out);
          }
        }
      }
      flush(buffer, out);
    }
  }

  private ObjectNode header() {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Map.Entry<String, int[]> tensor : tensors().entrySet()) {
      long begin = end;
      end += elements(tensor.getValue()) * Float.BYTES;
      ObjectNode entry = header.putObject(tensor.getKey());
      entry.put("dtype", "F32");
      entry.set("shape", JSON.valueToTree(tensor.getValue()));
      entry.putArray("data_offsets").add(begin).add(end);
    }
    return header;
  }

  private static long elements(int[] shape) {
    long elements = 1;
    for (int dimension : shape) {
      elements *= dimension;
    }
    return elements;
  }

  private static void flush(ByteBuffer buffer, FileChannel out) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
  }
}
