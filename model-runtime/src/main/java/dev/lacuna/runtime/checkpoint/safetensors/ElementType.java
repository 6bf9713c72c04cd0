package dev.lacuna.runtime.checkpoint.safetensors;

import java.util.Optional;

/** Element types of the safetensors format, by the names that its header uses. */
public enum ElementType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  U16(2),
  I16(2),
  F16(2),
  BF16(2),
  U32(4),
  I32(4),
  F32(4),
  U64(8),
  I64(8),
  F64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether weights of this type can be widened to fp32. */
  public boolean isWeight() {
    return this == F32 || this == F16 || this == BF16;
  }

  static Optional<ElementType> ofName(String name) {
    for (ElementType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
