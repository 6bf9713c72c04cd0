package dev.lacuna.chaos;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The table of faults by kind, what is wrong, and the line that ends it. */
final class Report {
  private static final int DETAILS_MAX = 40;

  private Report() {}

  static void print(
      PrintStream out,
      Map<FaultKind, Integer> done,
      Map<String, Integer> statuses,
      List<String> wrong,
      Verdict verdict) {
    out.println();
    out.printf("%-12s %6s  %s%n", "fault", "times", "what is done");
    for (FaultKind kind : FaultKind.values()) {
      if (done.containsKey(kind)) {
        out.printf("%-12s %6d  %s%n", kind.title(), done.get(kind), kind.meaning());
      }
    }
    out.println();
    statuses.forEach((status, count) -> out.printf("%-28s %6d%n", status, count));
    out.println();
    wrong.stream().limit(DETAILS_MAX).forEach(out::println);
    if (wrong.size() > DETAILS_MAX) {
      out.printf("and %d more%n", wrong.size() - DETAILS_MAX);
    }
    out.println(verdict.line());
    out.flush();
  }
}
