package dev.lacuna.runtime.checkpoint.files;

/** Names of files as other files state them. */
public final class FileNames {

  private static final int MAX_CHARACTERS = 255;

  private FileNames() {}

  /** Whether a name is that of a file in the same folder and can't lead anywhere else. */
  public static boolean isPlain(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_CHARACTERS
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ' || c == 127);
  }
}
