package dev.lacuna.runtime.text;

import java.util.List;
import java.util.Optional;

/**
 * Text with gaps, in reading order. Nothing is checked here but nulls: {@link CanvasPlanner} says
 * which documents a model can fill.
 *
 * @param segments texts and blanks
 */
public record Document(List<Segment> segments) {

  public Document {
    segments = List.copyOf(segments);
  }

  /** A piece of a document. */
  public sealed interface Segment permits Text, Blank {}

  /** Known text, returned byte for byte. */
  public record Text(String content) implements Segment {}

  /**
   * A gap.
   *
   * @param tokens length in tokens of the model
   * @param name comes back with the filled text
   * @param length whether the blank may end early
   */
  public record Blank(int tokens, Optional<String> name, BlankLength length) implements Segment {}

  /** Whether a blank may end before its last token. */
  public enum BlankLength {
    /** All tokens are text. */
    EXACT,
    /** An end token ends the text; only a blank at the end of the document can do so. */
    UP_TO
  }
}
