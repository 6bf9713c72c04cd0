package dev.lacuna.runtime.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux says of the file system of a folder. */
final class MountOptions {

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final int MOUNT_POINT = 4;
  private static final int OPTIONS = 5;

  private MountOptions() {}

  /** Whether nothing can be executed there, libraries included; false where nothing is known. */
  static boolean noExec(Path folder) {
    try {
      return noExec(folder, Files.readAllLines(MOUNTS, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return false; // no Linux, or no /proc: loading will show it
    }
  }

  /** The same, by the lines of a {@code mountinfo}; a later mount hides an earlier one. */
  static boolean noExec(Path folder, List<String> mounts) {
    int longest = -1;
    boolean noExec = false;
    for (String line : mounts) {
      String[] fields = line.split(" ");
      if (fields.length <= OPTIONS) {
        continue;
      }
      Path point = Path.of(unescaped(fields[MOUNT_POINT]));
      if (folder.startsWith(point) && point.getNameCount() >= longest) {
        longest = point.getNameCount();
        noExec = List.of(fields[OPTIONS].split(",")).contains("noexec");
      }
    }
    return noExec;
  }

  /** Blanks and the like are written as octal numbers. */
  private static String unescaped(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
