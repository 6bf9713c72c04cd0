package dev.lacuna.evaluation.conformance.kit;

import dev.lacuna.runtime.json.JsonObject;
import dev.lacuna.runtime.json.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads the files of a kit, which come from outside. */
public final class KitFile {

  private static final JsonReader JSON = new JsonReader(KitException::new, "no such file");

  /** No file of a kit of tiny models is near this. */
  private static final long MAX_BYTES = 256L << 20;

  private KitFile() {}

  /** A file that another file of the kit names, by a path within the kit's folder. */
  public static Path named(Path folder, String name, Path namedIn) {
    try {
      Path file = folder.resolve(name).normalize();
      if (!file.startsWith(folder.normalize())) {
        throw new KitException(namedIn, "names " + name + ", expected a path within " + folder);
      }
      return file;
    } catch (InvalidPathException e) {
      throw new KitException(namedIn, "names " + name + ", which is no path", e);
    }
  }

  /** The object that a JSON file holds. */
  public static JsonObject json(Path file) {
    return JSON.read(file, MAX_BYTES);
  }

  /** Little-endian fp32 numbers without a header, exactly so many. */
  public static float[] floats(Path file, int count) {
    ByteBuffer bytes = exactly(file, (long) count * Float.BYTES);
    float[] values = new float[count];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** Little-endian fp64 numbers without a header, exactly so many. */
  static double[] doubles(Path file, int count) {
    ByteBuffer bytes = exactly(file, (long) count * Double.BYTES);
    double[] values = new double[count];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  private static ByteBuffer exactly(Path file, long expected) {
    byte[] bytes = bytes(file);
    if (bytes.length != expected) {
      throw new KitException(file, "is " + bytes.length + " bytes long, expected " + expected);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new KitException(file, "no such file");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new KitException(file, "is " + size + " bytes long, expected at most " + MAX_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new KitException(file, "can't be read: " + e.getMessage(), e);
    }
  }
}
