package dev.lacuna.topology.host;

import dev.lacuna.runtime.natives.Natives;
import dev.lacuna.runtime.natives.NativesException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Native libraries of Kafka's clients and of RocksDB: unpacked and loaded as those of the model
 * runtime are, in place of the folder for temporary files at every start.
 */
public final class KafkaNatives {

  private static final String MAC = "osx";

  private KafkaNatives() {}

  /**
   * Loads RocksDB, and says where the codecs of compressed batches lie, which are loaded when a
   * batch needs one. Again, it does nothing.
   *
   * @throws NativesException if there is no folder that can be used, or RocksDB can't be loaded
   */
  public static void prepare() {
    rocks();
    zstd();
    snappy();
    lz4();
  }

  private static void rocks() {
    // What loadLibrary looks for has "jni" twice in its name.
    String file = Environment.getJniLibraryFileName("rocksdbjni");
    String resource = Environment.getJniLibraryFileName("rocksdb");
    Optional<Path> folder = Natives.unpacked("rocksdb", Map.of(file, resource));
    if (folder.isEmpty()) {
      return;
    }
    try {
      RocksDB.loadLibrary(List.of(folder.get().toString()));
    } catch (UnsatisfiedLinkError e) {
      throw Natives.unloadable("RocksDB", folder.get(), e);
    }
  }

  private static void zstd() {
    constant("com.github.luben.zstd.util.ZstdVersion", "VERSION")
        .map(version -> System.mapLibraryName("zstd-jni-" + version))
        .flatMap(
            file ->
                Natives.unpacked("zstd", Map.of(file, java("darwin", "amd64", "x86_64") + file))
                    .map(folder -> folder.resolve(file)))
        .ifPresent(path -> Natives.setIfUnset("ZstdNativePath", path.toString()));
  }

  private static void snappy() {
    String file = System.mapLibraryName("snappyjava");
    String folder = mac() ? "Mac/" : "Linux/";
    String resource = "org/xerial/snappy/native/" + folder + arch("x86_64") + "/" + file;
    Natives.unpacked("snappy", Map.of(file, resource))
        .ifPresent(
            path -> {
              Natives.setIfUnset("org.xerial.snappy.lib.path", path.toString());
              Natives.setIfUnset("org.xerial.snappy.lib.name", file);
            });
  }

  /**
   * It knows no property: the library is loaded here and its loader told so. Without, it is slow.
   */
  private static void lz4() {
    String file = System.mapLibraryName("lz4-java");
    String resource = "net/jpountz/util/" + java("darwin", "amd64", "x86_64") + file;
    Natives.unpacked("lz4", Map.of(file, resource))
        .ifPresent(
            folder -> {
              try {
                Field loaded = Class.forName("net.jpountz.util.Native").getDeclaredField("loaded");
                loaded.setAccessible(true);
                System.load(folder.resolve(file).toString());
                loaded.setBoolean(null, true);
              } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                // Another version: it unpacks the library itself, or does without.
              }
            });
  }

  private static Optional<String> constant(String type, String field) {
    try {
      return Optional.of(String.valueOf(Class.forName(type).getField(field).get(null)));
    } catch (ReflectiveOperationException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** {@code linux/amd64/} and the like; names differ by system. */
  private static String java(String macName, String x64OnLinux, String x64OnMac) {
    return (mac() ? macName : "linux") + "/" + arch(mac() ? x64OnMac : x64OnLinux) + "/";
  }

  private static String arch(String x64) {
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return arch.equals("amd64") || arch.equals("x86_64") ? x64 : arch;
  }

  private static boolean mac() {
    return Natives.system().equals(MAC);
  }
}
