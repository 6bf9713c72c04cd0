package dev.lacuna.cli.client;

import dev.lacuna.console.Style;
import dev.lacuna.console.Visible;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.FilledBlank;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.Text;
import java.util.Iterator;
import java.util.List;

/** A filled document with its blanks set off. */
public final class FilledText {

  private FilledText() {}

  /**
   * Sets the blanks off and makes control characters visible.
   *
   * @param document the request's segments; without them (empty) the plain text comes back
   * @param sample the filled document
   */
  public static String render(List<Object> document, Sample sample, Style style) {
    StringBuilder plain = new StringBuilder();
    StringBuilder styled = new StringBuilder();
    Iterator<FilledBlank> blanks = sample.getBlanks().iterator();
    for (Object segment : document) {
      if (segment instanceof Text text) {
        plain.append(text.getContent());
        styled.append(Visible.of(text.getContent()));
      } else if (segment instanceof Blank && blanks.hasNext()) {
        String filled = blanks.next().getText();
        plain.append(filled);
        styled.append(style.filled(Visible.of(filled)));
      }
    }
    // Never show a text that the completion does not hold.
    return plain.toString().equals(sample.getText())
        ? styled.toString()
        : Visible.of(sample.getText());
  }
}
