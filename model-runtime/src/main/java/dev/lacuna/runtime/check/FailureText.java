package dev.lacuna.runtime.check;

import java.util.regex.Pattern;

/** An exception in a few words for somebody outside: nothing of the machine's names and paths. */
public final class FailureText {

  private static final int CHARS_MAX = 200;

  /** How much of a message is looked at: patterns over megabytes would take their time. */
  private static final int LOOKED_AT = 2_000;

  /** ONNX Runtime's errors on CUDA name the host: {@code ; hostname=box ; file=/a/b.cc}. */
  private static final Pattern HOST = Pattern.compile("\\b(hostname|file)=[^;]*");

  private static final Pattern PATH =
      Pattern.compile(
          "(?:[A-Za-z]:)?[\\\\/]?(?:[\\w.+~-]+[\\\\/]){1,}[\\w.+~-]*|[\\\\/][\\w.+~-]+");

  private FailureText() {}

  /** At most 200 characters on one line. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String start = message.length() > LOOKED_AT ? message.substring(0, LOOKED_AT) : message;
    String line = start.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    String clean = PATH.matcher(HOST.matcher(line).replaceAll("$1=…")).replaceAll("…");
    return clean.length() <= CHARS_MAX ? clean : clean.substring(0, CHARS_MAX - 1) + "…";
  }
}
