package dev.lacuna.runtime.text;

import dev.lacuna.runtime.text.DocumentPlan.BlankSpan;
import dev.lacuna.runtime.text.DocumentPlan.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a row of tokens into windows that one canvas holds: pure, the same windows for the same
 * blanks, in time proportional to their number and that of the passes.
 *
 * <p>Passes go from left to right, so that each sees what was filled before it. The rules:
 *
 * <ul>
 *   <li>A document that fits one canvas is one pass.
 *   <li>A pass takes as many blanks as fit with a margin of known tokens on both sides: a quarter
 *       of the canvas, or all there is up to the document's ends and, on the right, up to the next
 *       mask.
 *   <li>A blank that does not fit so is cut into blocks of equal length (they differ by one token
 *       at most), each with a left margin and the last with both, as few as that allows.
 *   <li>What room is left is filled with context, evenly on both sides where both have it.
 *   <li>No window holds a mask of a later pass: the model would take it for one of its own.
 * </ul>
 */
final class PassPlanner {

  private static final int MARGINS_PER_CANVAS = 4;

  private final int canvas;
  private final int leftMargin;
  private final int rightMargin;

  private PassPlanner(int canvas, int leftMargin, int rightMargin) {
    this.canvas = canvas;
    this.leftMargin = leftMargin;
    this.rightMargin = rightMargin;
  }

  /**
   * A planner for a model.
   *
   * @param canvasLimit longest canvas in tokens, at least 1
   */
  static PassPlanner of(int canvasLimit) {
    int margin = canvasLimit / MARGINS_PER_CANVAS;
    // The first position of a canvas may be one that a family can't predict: one token at least.
    return new PassPlanner(canvasLimit, canvasLimit > 1 ? Math.max(1, margin) : 0, margin);
  }

  /**
   * Plans.
   *
   * @param length tokens of the document
   * @param blanks at least one, ascending, none overlapping
   * @return passes in the order in which they run, with all masks in reading order
   */
  List<Pass> plan(int length, List<BlankSpan> blanks) {
    if (length <= canvas) {
      int masks = blanks.stream().mapToInt(BlankSpan::length).sum();
      return List.of(new Pass(0, length, 0, masks));
    }
    List<Pass> passes = new ArrayList<>();
    int firstMask = 0;
    int first = 0;
    while (first < blanks.size()) {
      int end = endOfGroup(length, blanks, first);
      if (end == first) {
        end = first + 1;
        split(blanks.get(first), firstMask, nextMask(length, blanks, end), passes);
      } else {
        int masks = masks(blanks.subList(first, end));
        int limit = nextMask(length, blanks, end);
        passes.add(
            window(blanks.get(first).start(), endOf(blanks.get(end - 1)), limit, firstMask, masks));
      }
      firstMask += masks(blanks.subList(first, end));
      first = end;
    }
    return passes;
  }

  /** Index behind the last blank that shares a canvas with the first; first itself if none does. */
  private int endOfGroup(int length, List<BlankSpan> blanks, int first) {
    int start = blanks.get(first).start();
    int left = Math.min(leftMargin, start);
    int end = first;
    while (end < blanks.size()) {
      int spanEnd = endOf(blanks.get(end));
      int right = Math.min(rightMargin, nextMask(length, blanks, end + 1) - spanEnd);
      if (left + (spanEnd - start) + right > canvas) {
        return end;
      }
      end++;
    }
    return end;
  }

  /** Cuts a blank into blocks, each conditioned on the tail of the last. */
  private void split(BlankSpan blank, int firstMask, int limit, List<Pass> passes) {
    int right = Math.min(rightMargin, limit - endOf(blank));
    int most = canvas - leftMargin - right;
    int blocks = (blank.length() + most - 1) / most;
    int size = blank.length() / blocks;
    int longer = blank.length() % blocks; // the first ones take the remainder
    int start = blank.start();
    for (int block = 0; block < blocks; block++) {
      int masks = size + (block < longer ? 1 : 0);
      int end = start + masks;
      int known = block == blocks - 1 ? limit : end; // the blank's next mask stands there
      passes.add(window(start, end, known, firstMask + (start - blank.start()), masks));
      start = end;
    }
  }

  /**
   * A window around the masks from start to end.
   *
   * @param limit position of the next later mask, or the document's length
   */
  private Pass window(int start, int end, int limit, int firstMask, int masks) {
    int room = canvas - (end - start);
    int left = Math.min(start, Math.max((room + 1) / 2, room - (limit - end)));
    int right = Math.min(limit - end, room - left);
    return new Pass(start - left, end + right, firstMask, masks);
  }

  private static int nextMask(int length, List<BlankSpan> blanks, int next) {
    return next < blanks.size() ? blanks.get(next).start() : length;
  }

  private static int endOf(BlankSpan blank) {
    return blank.start() + blank.length();
  }

  private static int masks(List<BlankSpan> blanks) {
    return blanks.stream().mapToInt(BlankSpan::length).sum();
  }
}
