package dev.lacuna.runtime.checkpoint.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.CheckpointJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Reads and checks the header of a safetensors file: eight bytes with the header's length (little
 * endian), a JSON object from tensor name to {@code dtype}, {@code shape} and {@code data_offsets},
 * then the data, which the tensors cover without gap or overlap
 * (https://huggingface.co/docs/safetensors).
 */
final class SafetensorsHeader {

  /**
   * Longest header. The format allows 100 MB; those of published checkpoints stay below 1 MB, and
   * parsed JSON takes up to twenty times the memory of its text.
   */
  private static final long MAX_HEADER_BYTES = 16 << 20;

  private static final int LENGTH_BYTES = 8;

  private final Path file;
  private final long dataStart;
  private final long dataBytes;

  private SafetensorsHeader(Path file, long dataStart, long dataBytes) {
    this.file = file;
    this.dataStart = dataStart;
    this.dataBytes = dataBytes;
  }

  /** The tensors of a file, by their place in it. */
  static List<StoredTensor> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file, "no such file, expected the weights");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long fileBytes = channel.size();
      if (fileBytes < LENGTH_BYTES) {
        throw new CheckpointException(
            file, "is " + fileBytes + " bytes long, too short for a safetensors file");
      }
      long headerBytes = littleEndianLong(bytes(file, channel, 0, LENGTH_BYTES));
      long room = Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES);
      if (headerBytes < 2 || headerBytes > room) {
        throw new CheckpointException(
            file,
            "states a header of "
                + Long.toUnsignedString(headerBytes)
                + " bytes, expected 2 to "
                + room
                + "; it isn't a safetensors file or is cut short");
      }
      byte[] json = bytes(file, channel, LENGTH_BYTES, (int) headerBytes);
      long dataStart = LENGTH_BYTES + headerBytes;
      SafetensorsHeader header = new SafetensorsHeader(file, dataStart, fileBytes - dataStart);
      return header.tensors(CheckpointJson.READER.parse(file, json).node());
    } catch (IOException e) {
      throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file, FileChannel channel, long from, int count)
      throws IOException {
    byte[] bytes = new byte[count];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new CheckpointException(file, "ends within its header");
      }
    }
    return bytes;
  }

  private static long littleEndianLong(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private List<StoredTensor> tensors(JsonNode header) {
    List<StoredTensor> tensors = new ArrayList<>();
    Iterator<Map.Entry<String, JsonNode>> entries = header.fields();
    while (entries.hasNext()) {
      Map.Entry<String, JsonNode> entry = entries.next();
      if (!entry.getKey().equals("__metadata__")) {
        tensors.add(tensor(entry.getKey(), entry.getValue()));
      }
    }
    tensors.sort(
        Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::bytes));
    checkCover(tensors);
    return List.copyOf(tensors);
  }

  private StoredTensor tensor(String name, JsonNode entry) {
    JsonNode dtype = entry.path("dtype");
    ElementType type =
        ElementType.ofName(dtype.asText(""))
            .orElseThrow(() -> refused(name, "has dtype " + dtype + ", expected F32, F16 or BF16"));
    List<Long> shape = shape(name, entry.path("shape"));
    JsonNode offsets = entry.path("data_offsets");
    if (!offsets.isArray()
        || offsets.size() != 2
        || !isCount(offsets.get(0))
        || !isCount(offsets.get(1))) {
      throw refused(name, "has data_offsets " + offsets + ", expected [begin, end]");
    }
    long begin = offsets.get(0).longValue();
    long end = offsets.get(1).longValue();
    if (begin > end || end > dataBytes) {
      throw refused(
          name,
          "has data_offsets "
              + offsets
              + ", expected a range within the file's "
              + dataBytes
              + " bytes of data; the file is damaged or cut short");
    }
    long expected = byteCount(name, shape, type);
    if (end - begin != expected) {
      throw refused(
          name,
          "covers " + (end - begin) + " bytes, expected " + expected + " for " + type + shape);
    }
    return new StoredTensor(file, name, type, shape, dataStart + begin, expected);
  }

  private List<Long> shape(String name, JsonNode shape) {
    if (!shape.isArray() || shape.size() > 8) {
      throw refused(name, "has shape " + shape + ", expected up to 8 dimensions");
    }
    List<Long> dimensions = new ArrayList<>();
    for (JsonNode dimension : shape) {
      if (!isCount(dimension)) {
        throw refused(name, "has shape " + shape + ", expected whole numbers from 0");
      }
      dimensions.add(dimension.longValue());
    }
    return dimensions;
  }

  private long byteCount(String name, List<Long> shape, ElementType type) {
    try {
      long elements = 1;
      for (long dimension : shape) {
        elements = Math.multiplyExact(elements, dimension);
      }
      return Math.multiplyExact(elements, type.bytes());
    } catch (ArithmeticException e) {
      throw refused(name, "has shape " + shape + ", more elements than can be counted");
    }
  }

  private static boolean isCount(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
  }

  /** No byte of the data belongs to two tensors, none to no tensor. */
  private void checkCover(List<StoredTensor> byOffset) {
    long next = dataStart;
    for (StoredTensor tensor : byOffset) {
      if (tensor.offset() != next) {
        throw refused(
            tensor.name(),
            "begins at byte "
                + (tensor.offset() - dataStart)
                + " of the data, expected "
                + (next - dataStart)
                + ": tensors overlap or leave a gap");
      }
      next += tensor.bytes();
    }
    if (next != dataStart + dataBytes) {
      throw new CheckpointException(
          file,
          "holds "
              + dataBytes
              + " bytes of data, expected "
              + (next - dataStart)
              + " from its tensors");
    }
  }

  private CheckpointException refused(String tensor, String message) {
    return new CheckpointException(file, "tensor " + tensor + " " + message);
  }
}
