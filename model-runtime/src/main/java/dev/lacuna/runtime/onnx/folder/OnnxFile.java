package dev.lacuna.runtime.onnx.folder;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * Reads an ONNX file and checks where its weights lie: in the file, or in files of the same folder,
 * which the runtime will map.
 */
final class OnnxFile {

  /** The parsed model and the copy that the runtime gets must fit beside each other. */
  private static final int HEAP_SHARE = 4;

  private final Path file;
  private final TreeMap<String, Path> dataFiles = new TreeMap<>();

  private OnnxFile(Path file) {
    this.file = file;
  }

  /**
   * A model and the files beside it that hold its weights.
   *
   * @param dataFiles by name, sorted
   */
  record Read(ModelProto model, TreeMap<String, Path> dataFiles) {}

  /**
   * Reads a file.
   *
   * @throws CheckpointException if it is no ONNX file, too large for the heap, or keeps weights
   *     where they must not be
   */
  static Read read(Path file) {
    OnnxFile reader = new OnnxFile(file);
    ModelProto model = reader.parse();
    reader.checkGraph(model.getGraph(), true);
    model.getFunctionsList().forEach(function -> reader.checkNodes(function.getNodeList()));
    return new Read(model, reader.dataFiles);
  }

  private ModelProto parse() {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file, "no such file, expected an ONNX graph");
    }
    try (InputStream in = Files.newInputStream(file)) {
      long bytes = Files.size(file);
      long limit = Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
      if (bytes > limit) {
        throw new CheckpointException(
            file,
            "is "
                + bytes
                + " bytes long, expected at most "
                + limit
                + " (a quarter of the heap, never more than 2 GiB); export it with external data,"
                + " or give Java more heap");
      }
      return ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(file, "isn't an ONNX file: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
    }
  }

  private void checkGraph(GraphProto graph, boolean main) {
    for (TensorProto tensor : graph.getInitializerList()) {
      if (isExternal(tensor)) {
        checkExternal(tensor, main);
      }
    }
    graph
        .getSparseInitializerList()
        .forEach(
            sparse -> {
              refuseExternal(sparse.getValues());
              refuseExternal(sparse.getIndices());
            });
    checkNodes(graph.getNodeList());
  }

  private void checkNodes(Iterable<NodeProto> nodes) {
    for (NodeProto node : nodes) {
      for (AttributeProto attribute : node.getAttributeList()) {
        refuseExternal(attribute.getT());
        attribute.getTensorsList().forEach(this::refuseExternal);
        checkGraph(attribute.getG(), false);
        attribute.getGraphsList().forEach(graph -> checkGraph(graph, false));
      }
    }
  }

  static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  private void refuseExternal(TensorProto tensor) {
    if (isExternal(tensor)) {
      throw wrong(tensor, "has external data, expected that of the main graph's initializers only");
    }
  }

  private void checkExternal(TensorProto tensor, boolean main) {
    if (!main) {
      refuseExternal(tensor);
    }
    ExternalData data = ExternalData.of(tensor);
    if (!FileNames.isPlain(data.location())) {
      throw wrong(
          tensor,
          "has external data in '"
              + shown(data.location())
              + "', expected the name of a file in the same folder");
    }
    Path path = file.resolveSibling(data.location());
    // A link could lead the runtime out of the folder.
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw wrong(
          tensor,
          "has external data in "
              + shown(data.location())
              + ", which is "
              + (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                  ? "no regular file (a link must be replaced by the file itself)"
                  : "missing"));
    }
    try {
      long size = Files.size(path);
      long length = data.lengthOr(() -> TensorBytes.of(tensor));
      if (data.offset() < 0 || length < 0 || data.offset() > size - length) {
        throw wrong(
            tensor,
            "has external data at bytes %d to %d of %s, expected a range within its %d bytes"
                .formatted(data.offset(), data.offset() + length, data.location(), size));
      }
    } catch (IOException e) {
      throw new CheckpointException(path, "can't be read: " + e.getMessage(), e);
    }
    dataFiles.put(data.location(), path);
  }

  private CheckpointException wrong(TensorProto tensor, String message) {
    return new CheckpointException(file, "tensor " + shown(tensor.getName()) + " " + message);
  }

  private static String shown(String text) {
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }

  /**
   * Where a tensor's elements lie.
   *
   * @param location file name
   * @param offset first byte
   * @param length bytes, or -1 if not stated
   */
  record ExternalData(String location, long offset, long length) {

    static ExternalData of(TensorProto tensor) {
      String location = "";
      long offset = 0;
      long length = -1;
      for (StringStringEntryProto entry : tensor.getExternalDataList()) {
        switch (entry.getKey()) {
          case "location" -> location = entry.getValue();
          case "offset" -> offset = number(entry.getValue());
          case "length" -> length = number(entry.getValue());
          default -> {} // A checksum, or a key of a later version.
        }
      }
      return new ExternalData(location, offset, length);
    }

    /** A number of bytes; anything else becomes one that no file has room for. */
    private static long number(String text) {
      return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : Long.MAX_VALUE / 2;
    }

    long lengthOr(java.util.function.LongSupplier fallback) {
      return length >= 0 ? length : fallback.getAsLong();
    }
  }
}
