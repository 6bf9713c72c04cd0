package dev.lacuna.runtime.checkpoint.safetensors;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a tensor lies in a file.
 *
 * @param file the safetensors file
 * @param name name in the file
 * @param type type of the stored elements
 * @param shape dimensions, outermost first; elements are stored row-major
 * @param offset first byte, from the start of the file
 * @param bytes length in bytes: elements times the size of one
 */
public record StoredTensor(
    Path file, String name, ElementType type, List<Long> shape, long offset, long bytes) {

  public StoredTensor {
    shape = List.copyOf(shape);
  }
}
