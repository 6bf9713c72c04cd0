package dev.lacuna.worker.kafka;

import dev.lacuna.runtime.text.Document;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.Text;
import java.util.ArrayList;
import java.util.List;

/** Documents in the wire's classes. */
public final class WireDocuments {

  private WireDocuments() {}

  /** The wire's array of Text | Blank. */
  public static List<Object> toWire(Document document) {
    List<Object> segments = new ArrayList<>();
    for (Document.Segment segment : document.segments()) {
      if (segment instanceof Document.Text text) {
        segments.add(new Text(text.content()));
      } else if (segment instanceof Document.Blank blank) {
        segments.add(
            Blank.newBuilder()
                .setTokens(blank.tokens())
                .setName(blank.name().orElse(null))
                .setLength(BlankLength.valueOf(blank.length().name()))
                .build());
      }
    }
    return segments;
  }

  /** Masks of a request's document: the tokens of all its blanks, of one sample. */
  public static long blankTokens(List<Object> segments) {
    return segments.stream()
        .filter(Blank.class::isInstance)
        .mapToLong(segment -> ((Blank) segment).getTokens())
        .sum();
  }
}
