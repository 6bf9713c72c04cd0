package dev.lacuna.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where the command line writes: results to {@code out}, everything else to {@code err}.
 *
 * @param out standard output, UTF-8
 * @param err standard error, UTF-8
 * @param outStyle style of results
 * @param errStyle style of the rest
 * @param live whether standard error is a terminal on which a line can be written over
 * @param terminal whether standard output is a terminal
 * @param columns width of the terminal
 */
public record Console(
    PrintStream out,
    PrintStream err,
    Style outStyle,
    Style errStyle,
    boolean live,
    boolean terminal,
    int columns) {

  private static final int DEFAULT_COLUMNS = 80;

  /**
   * The process's own streams. Java 17 can't tell whether one stream alone is a terminal, so the
   * launcher says so in system properties {@code lacuna.tty.out} and {@code lacuna.tty.err}.
   */
  public static Console system(Map<String, String> environment) {
    boolean colours =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean ttyOut = Boolean.getBoolean("lacuna.tty.out");
    boolean ttyErr = Boolean.getBoolean("lacuna.tty.err");
    return new Console(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        new Style(colours && ttyOut),
        new Style(colours && ttyErr),
        ttyErr && !environment.getOrDefault("TERM", "dumb").equals("dumb"),
        ttyOut,
        Math.max(40, Integer.getInteger("lacuna.columns", DEFAULT_COLUMNS)));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
