package dev.lacuna.worker.config;

import java.util.Optional;

/** The documentation's table of all keys, generated so that it can't drift. */
public final class ConfigTable {

  /** Stands before the table in a document. */
  public static final String START = "<!-- config-table-start -->";

  /** Stands behind the table in a document. */
  public static final String END = "<!-- config-table-end -->";

  private ConfigTable() {}

  /** The table in Markdown; ends with a line break. */
  public static String markdown() {
    StringBuilder table = new StringBuilder();
    table.append("| key | type | default | bounds | what it does |\n");
    table.append("|---|---|---|---|---|\n");
    for (ConfigKey<?> key : ConfigKeys.all()) {
      row(
          table,
          code(key.name()),
          key.type().label(),
          key.defaultText().contains("`") || key.defaultText().contains(" ")
              ? key.defaultText()
              : code(key.defaultText()),
          key.type().bounds(),
          key.help());
    }
    row(
        table,
        code(ConfigKeys.KAFKA_PREFIX + "*"),
        "any",
        "",
        "",
        "Passed to every Kafka client and to Kafka Streams without the prefix, for example"
            + " `kafka.security.protocol`.");
    row(
        table,
        code(ConfigKeys.REGISTRY_PREFIX + "*"),
        "any",
        "",
        "",
        "Passed to the schema registry's client, for example `schema.registry.basic.auth.user.info`.");
    return table.toString();
  }

  /**
   * A document with the table between its markers made new, or empty where the markers are missing.
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

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static void row(StringBuilder table, String... cells) {
    for (String cell : cells) {
      table.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    table.append("|\n");
  }
}
