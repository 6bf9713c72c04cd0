package dev.lacuna.runtime.text;

import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.DocumentPlan.BlankSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A document being laid out as one row of tokens, segment by segment.
 *
 * <p>Threading: owned by one call of {@link CanvasPlanner#plan}.
 *
 * <p>The boundary rule: of the spaces directly before a blank, one is left out of the known tokens,
 * for in most vocabularies a space belongs to the token of the word that follows, and in training
 * blanks were cut at tokens. Texts that touch are one text, so that how a document was cut into
 * segments changes nothing.
 */
final class Tape {

  private final ModelFacts facts;
  private final TextCodec codec;
  private final StringBuilder pendingText = new StringBuilder();
  private final List<int[]> parts = new ArrayList<>();
  private final List<BlankSpan> blanks = new ArrayList<>();
  private int length;
  private int masks;
  private boolean lastMayEnd;

  Tape(ModelFacts facts, TextCodec codec) {
    this.facts = facts;
    this.codec = codec;
    place(lead(facts));
  }

  /**
   * The tokens before a document's own: the start token of families that have one. A family whose
   * first position is never predicted needs a known token there, and takes what is nearest to one.
   */
  static int[] lead(ModelFacts facts) {
    if (facts.special().hasStart()) {
      return new int[] {facts.special().start()};
    }
    boolean firstIsGiven = facts.firstIsGiven();
    if (!firstIsGiven) {
      return new int[0];
    }
    return new int[] {facts.special().hasEnd() ? facts.endToken() : facts.padToken()};
  }

  void text(String content) {
    pendingText.append(content);
  }

  void blank(Blank blank, int segment) {
    int last = pendingText.length() - 1;
    boolean takesSpace = last >= 0 && pendingText.charAt(last) == ' ';
    if (takesSpace) {
      pendingText.setLength(last);
    }
    placeText();
    blanks.add(new BlankSpan(length, blank.tokens(), segment, false, takesSpace));
    lastMayEnd = blank.length() == BlankLength.UP_TO;
    int[] filler = new int[blank.tokens()];
    Arrays.fill(filler, facts.special().hasMask() ? facts.maskToken() : facts.padToken());
    place(filler);
    masks += blank.tokens();
  }

  /**
   * Places what follows the last blank.
   *
   * @param tokensMax most tokens of a document; the end token is left out where it has no room
   */
  void finish(int tokensMax) {
    boolean endsInText = !pendingText.isEmpty();
    placeText();
    if (!endsInText) {
      allowEndOfLastBlank();
    } else if (facts.endsDocuments() && length != facts.canvasLimit() && length < tokensMax) {
      // One canvas full of text stays one canvas rather than become two for the end token's sake.
      place(new int[] {facts.endToken()});
    }
  }

  /** Tokens placed so far. */
  int length() {
    return length;
  }

  DocumentPlan plan(Document document) {
    int[] tokens = new int[length];
    int next = 0;
    for (int[] part : parts) {
      System.arraycopy(part, 0, tokens, next, part.length);
      next += part.length;
    }
    List<DocumentPlan.Pass> passes = PassPlanner.of(facts.canvasLimit()).plan(length, blanks);
    return new DocumentPlan(document, tokens, blanks, length - masks, passes);
  }

  private void allowEndOfLastBlank() {
    if (lastMayEnd) {
      int last = blanks.size() - 1;
      BlankSpan span = blanks.get(last);
      blanks.set(
          last,
          new BlankSpan(
              span.start(), span.length(), span.segment(), true, span.takesLeadingSpace()));
    }
  }

  private void placeText() {
    if (!pendingText.isEmpty()) {
      String text = pendingText.toString();
      place(blanks.isEmpty() ? codec.encode(text) : codec.encodeAfter(text));
      pendingText.setLength(0);
    }
  }

  private void place(int[] tokens) {
    parts.add(tokens);
    length = Math.addExact(length, tokens.length);
  }
}
