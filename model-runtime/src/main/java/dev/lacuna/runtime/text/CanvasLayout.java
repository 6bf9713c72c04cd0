package dev.lacuna.runtime.text;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A canvas being laid out, segment by segment.
 *
 * <p>Threading: owned by one call of {@link CanvasPlanner#plan}.
 *
 * <p>The boundary rule: of the spaces directly before a blank, one is left out of the known tokens,
 * for in a byte-level vocabulary a space belongs to the token of the word that follows, and in
 * training blanks were cut at tokens. Texts that touch are one text, so that how a document was cut
 * into segments changes nothing.
 */
final class CanvasLayout {

  private final ModelFacts facts;
  private final TextCodec codec;
  private final StringBuilder pendingText = new StringBuilder();
  private final List<int[]> parts = new ArrayList<>();
  private final List<PlacedBlank> blanks = new ArrayList<>();
  private int length;

  /** A blank, and whether nothing follows it. */
  private record PlacedBlank(DocumentPlan.BlankSpan span, boolean upTo) {}

  CanvasLayout(ModelFacts facts, TextCodec codec) {
    this.facts = facts;
    this.codec = codec;
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
    boolean upTo = blank.length() == BlankLength.UP_TO;
    blanks.add(
        new PlacedBlank(
            new DocumentPlan.BlankSpan(length, blank.tokens(), segment, false, takesSpace), upTo));
    int[] masks = new int[blank.tokens()];
    Arrays.fill(masks, facts.maskToken());
    place(masks);
  }

  /** Places what follows the last blank. */
  void finish() {
    boolean endsInText = !pendingText.isEmpty();
    placeText();
    if (!endsInText) {
      allowEndOfLastBlank();
    } else if (facts.endsDocuments() && length < facts.canvasLimit()) {
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
    List<DocumentPlan.BlankSpan> spans = blanks.stream().map(PlacedBlank::span).toList();
    int masks = spans.stream().mapToInt(DocumentPlan.BlankSpan::length).sum();
    return DocumentPlan.onOneCanvas(document, tokens, spans, length - masks);
  }

  private void allowEndOfLastBlank() {
    PlacedBlank last = blanks.get(blanks.size() - 1);
    if (last.upTo()) {
      DocumentPlan.BlankSpan span = last.span();
      DocumentPlan.BlankSpan ending =
          new DocumentPlan.BlankSpan(
              span.start(), span.length(), span.segment(), true, span.takesLeadingSpace());
      blanks.set(blanks.size() - 1, new PlacedBlank(ending, true));
    }
  }

  private void placeText() {
    if (!pendingText.isEmpty()) {
      place(codec.encode(pendingText.toString()));
      pendingText.setLength(0);
    }
  }

  private void place(int[] tokens) {
    parts.add(tokens);
    length = Math.addExact(length, tokens.length);
  }
}
