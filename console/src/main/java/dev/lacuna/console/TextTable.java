package dev.lacuna.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns of text, each as wide as its widest cell.
 *
 * <p>Threading: used by one thread.
 */
public final class TextTable {

  private final int leftColumns;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param leftColumns how many columns, from the first, stand at the left of their width; the
   *     others, which hold numbers, stand at the right
   */
  public TextTable(int leftColumns) {
    this.leftColumns = leftColumns;
  }

  /** Adds a row; rows may differ in length. */
  public TextTable row(String... cells) {
    rows.add(cells.clone());
    return this;
  }

  /** The rows as lines without trailing space; each column two spaces from the one before. */
  public List<String> lines() {
    List<Integer> widths = new ArrayList<>();
    for (String[] cells : rows) {
      for (int column = 0; column < cells.length; column++) {
        if (column == widths.size()) {
          widths.add(0);
        }
        widths.set(column, Math.max(widths.get(column), width(cells[column])));
      }
    }
    return rows.stream().map(cells -> line(cells, widths)).toList();
  }

  private String line(String[] cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.length; column++) {
      String padding = " ".repeat(widths.get(column) - width(cells[column]));
      line.append(column == 0 ? "" : "  ");
      line.append(column < leftColumns ? cells[column] + padding : padding + cells[column]);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
