package dev.lacuna.benchmarks.measure;

import dev.lacuna.console.Console;
import dev.lacuna.console.JsonLines;
import dev.lacuna.console.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where a benchmark writes its rows: as JSON, one object a line and each as soon as it is known, or
 * as tables under a line that names the machine.
 *
 * <p>Threading: used by one thread.
 */
public final class BenchReport {

  private final Console console;
  private final boolean json;

  /** Begins a report with the machine's line. */
  public BenchReport(Console console, boolean json, Machine machine) {
    this.console = console;
    this.json = json;
    if (json) {
      console.out().println(JsonLines.object("machine", machine.fields()));
    } else {
      console.out().println(machine.line());
    }
  }

  /** Whether rows are JSON. */
  public boolean json() {
    return json;
  }

  /**
   * Begins a table of rows of one type.
   *
   * @param type value of {@code type} in JSON
   * @param leftColumns columns of words; the others hold numbers
   */
  public Table table(String type, int leftColumns) {
    return new Table(type, leftColumns);
  }

  /** A line for people; nothing in JSON. */
  public void note(String line) {
    if (!json) {
      console.out().println(line);
    }
  }

  /**
   * Rows of one type with the same fields.
   *
   * <p>Threading: used by one thread.
   */
  public final class Table {
    private final String type;
    private final int leftColumns;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    private Table(String type, int leftColumns) {
      this.type = type;
      this.leftColumns = leftColumns;
    }

    /** Adds a row: names and values, numbers as such. */
    public void row(Map<String, Object> fields) {
      if (json) {
        console.out().println(JsonLines.object(type, fields));
      } else {
        rows.add(fields);
        console.err().println(String.join("  ", shown(fields)));
      }
    }

    /** Prints the rows with their heading, unless they are out already. */
    public void print() {
      if (rows.isEmpty()) {
        return;
      }
      TextTable table = new TextTable(leftColumns);
      table.row(rows.get(0).keySet().toArray(String[]::new));
      rows.forEach(row -> table.row(shown(row)));
      table.lines().forEach(console.out()::println);
    }
  }

  private static String[] shown(Map<String, Object> fields) {
    return fields.values().stream().map(BenchReport::shown).toArray(String[]::new);
  }

  private static String shown(Object value) {
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return String.format(Locale.ROOT, Math.abs(number) < 10 ? "%.3f" : "%.1f", number);
    }
    return String.valueOf(value);
  }
}
