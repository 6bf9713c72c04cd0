package dev.lacuna.runtime.text;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import java.util.List;
import java.util.Optional;

/**
 * Lays a document out on canvases: one where it fits, else one after the other with overlapping
 * context ({@link PassPlanner} has the rules).
 *
 * <p>Any number of blanks, in any place: a document that ends in a blank asks for a completion, one
 * that is a blank for unconditional generation.
 *
 * <p>Threading: immutable; any thread may call {@link #plan}.
 */
public final class CanvasPlanner {

  private final ModelFacts facts;
  private final TextCodec codec;
  private final ModelLimits limits;

  /** Plans for one model. */
  public CanvasPlanner(ModelFacts facts, TextCodec codec, ModelLimits limits) {
    this.facts = facts;
    this.codec = codec;
    this.limits = limits;
  }

  /**
   * Plans a document, or says why the model can't fill it.
   *
   * @return canvases of at most {@link ModelFacts#canvasLimit} tokens each, or a refusal with code
   *     {@link RefusalCodes#INVALID_DOCUMENT} or {@link RefusalCodes#DOCUMENT_TOO_LONG}
   */
  public Checked<DocumentPlan> plan(Document document) {
    Optional<Refusal> refusal = checkBlanks(document.segments()).or(() -> checkSize(document));
    if (refusal.isPresent()) {
      return new Checked.Refused<>(refusal.get());
    }
    Tape tape = new Tape(facts, codec);
    List<Segment> segments = document.segments();
    for (int index = 0; index < segments.size(); index++) {
      if (segments.get(index) instanceof Blank blank) {
        tape.blank(blank, index);
      } else if (segments.get(index) instanceof Text text) {
        tape.text(text.content());
      }
    }
    tape.finish(limits.documentTokens());
    if (tape.length() > limits.documentTokens()) {
      return new Checked.Refused<>(tooLong("", tape.length(), blankTokens(segments)));
    }
    return Checked.valid(tape.plan(document));
  }

  private Optional<Refusal> checkBlanks(List<Segment> segments) {
    boolean found = false;
    for (int index = 0; index < segments.size(); index++) {
      if (segments.get(index) instanceof Blank blank) {
        found = true;
        String field = "document[" + index + "].tokens";
        if (blank.tokens() < 1) {
          String problem = "%s is %d; a blank needs at least 1 token.";
          return invalid(field, problem.formatted(field, blank.tokens()));
        }
        if (blank.tokens() > limits.blankTokens()) {
          return Optional.of(blankTooLong(field, blank.tokens()));
        }
      }
    }
    if (found) {
      return Optional.empty();
    }
    String problem = segments.isEmpty() ? "is empty" : "has no blank";
    return invalid("document", "document " + problem + "; add a blank to be filled.");
  }

  /**
   * Refuses what can't fit without tokenizing it: a token stands for at most {@link
   * TextCodec#maxTokenBytes} bytes, and a char takes at least one byte of UTF-8.
   */
  private Optional<Refusal> checkSize(Document document) {
    long chars = 0;
    for (Segment segment : document.segments()) {
      chars += segment instanceof Text text ? text.content().length() : 0;
    }
    long blanks = blankTokens(document.segments());
    // One space before each blank may be left to the blank.
    long fewest = Math.max(0, chars - document.segments().size()) / codec.maxTokenBytes() + blanks;
    if (fewest <= limits.documentTokens()) {
      return Optional.empty();
    }
    return Optional.of(tooLong("at least ", fewest, blanks));
  }

  private static long blankTokens(List<Segment> segments) {
    long tokens = 0;
    for (Segment segment : segments) {
      tokens += segment instanceof Blank blank ? blank.tokens() : 0;
    }
    return tokens;
  }

  private static Optional<Refusal> invalid(String field, String message) {
    return Optional.of(new Refusal(RefusalCodes.INVALID_DOCUMENT, field, message));
  }

  private Refusal blankTooLong(String field, int tokens) {
    return new Refusal(
        RefusalCodes.DOCUMENT_TOO_LONG,
        field,
        "%s is %d; the limit is %d (blank.tokens.max): ask for fewer tokens."
            .formatted(field, tokens, limits.blankTokens()));
  }

  private Refusal tooLong(String atLeast, long found, long blanks) {
    return new Refusal(
        RefusalCodes.DOCUMENT_TOO_LONG,
        "document",
        "document has %s%d tokens, %d of them in blanks; the limit is %d (document.tokens.max): shorten the text or the blanks."
            .formatted(atLeast, found, blanks, limits.documentTokens()));
  }
}
