package dev.lacuna.console;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Why a text file can't be read, as a sentence. */
public final class FileProblem {

  private FileProblem() {}

  /**
   * The sentence.
   *
   * @param name the file as the user named it
   */
  public static String of(String name, IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return name + " does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return name + " may not be read: permission is denied";
    }
    if (failure instanceof CharacterCodingException) {
      return name + " is not UTF-8 text";
    }
    if (Files.isDirectory(Path.of(name))) {
      return name + " is a folder, not a file";
    }
    return name + " can't be read: " + failure.getMessage();
  }
}
