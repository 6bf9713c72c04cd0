package dev.lacuna.worker.config;

import java.util.Optional;

/** The documentation's reference of all keys, generated so that it can't drift. */
public final class ConfigTable {

  /** Stands before the reference in a document. */
  public static final String START = "<!-- config-table-start -->";

  /** Stands behind the reference in a document. */
  public static final String END = "<!-- config-table-end -->";

  /** Longest line of the source. */
  private static final int WIDTH = 120;

  private ConfigTable() {}

  /** The reference in Markdown, a heading for each subject; ends with a line break. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    for (ConfigKeys.Subject subject : ConfigKeys.subjects()) {
      heading(text, subject.title());
      for (ConfigKey<?> key : subject.keys()) {
        entry(text, code(key.name()), key.help(), "Default: " + defaultOf(key) + ".", values(key));
      }
    }
    heading(text, "Settings of the clients");
    entry(
        text,
        code(ConfigKeys.KAFKA_PREFIX + "*"),
        "Goes to every Kafka client and to Kafka Streams, without the prefix.",
        "Example: `kafka.security.protocol`.");
    entry(
        text,
        code(ConfigKeys.REGISTRY_PREFIX + "*"),
        "Goes to the schema registry's client, with the prefix.",
        "Example: `schema.registry.basic.auth.user.info`.");
    return text.append('\n').toString();
  }

  /**
   * A document with the reference between its markers made new, or empty where the markers are
   * missing.
   */
  public static Optional<String> replaceIn(String document) {
    int start = document.indexOf(START);
    int end = document.indexOf(END);
    if (start < 0 || end < start) {
      return Optional.empty();
    }
    String before = document.substring(0, start + START.length());
    return Optional.of(before + "\n" + markdown() + document.substring(end));
  }

  private static String defaultOf(ConfigKey<?> key) {
    String text = key.defaultText();
    return text.contains("`") || text.contains(" ") ? text : code(text);
  }

  private static String values(ConfigKey<?> key) {
    return "Value: " + key.type().bounds() + ".";
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static void heading(StringBuilder text, String title) {
    text.append("\n## ").append(title).append("\n\n");
  }

  /** A list item: the key and its help, then what may be set, each on a line of its own. */
  private static void entry(StringBuilder text, String key, String help, String... facts) {
    String first = "- **" + key + "**: " + help + "<br>";
    wrap(text, first, "  ");
    wrap(text, "  " + String.join(" ", facts), "  ");
  }

  /** Lines of at most {@link #WIDTH} characters where words allow it. */
  private static void wrap(StringBuilder text, String paragraph, String indent) {
    StringBuilder line = new StringBuilder();
    for (String word : paragraph.stripTrailing().split("(?<=\\S) ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line.setLength(0);
        line.append(indent).append(word);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
    }
    text.append(line).append('\n');
  }
}
