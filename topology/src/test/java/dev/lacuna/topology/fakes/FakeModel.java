package dev.lacuna.topology.fakes;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model of one token per char; a canvas of 64, and a pass for each blank of a longer document;
 * four steps unless asked for more.
 */
public record FakeModel(String name, String fingerprint, int maxTokenBytes)
    implements GenerationModel {
  private static final int MASK = 0;

  /** Tokens before a blank that its pass sees. */
  private static final int CONTEXT = 8;

  @Override
  public String revision() {
    return "rev-" + name;
  }

  private int canvasLimit() {
    return 64;
  }

  @Override
  public Checked<SamplingSettings> settings(SamplingOverrides overrides, long seedIfAbsent) {
    int steps = overrides.steps().orElse(4);
    if (steps < 1) {
      return Checked.refused("INVALID_SAMPLING", "sampling.steps", "steps is " + steps);
    }
    return Checked.valid(
        SamplingSettings.plain(
            steps, UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, overrides.seed().orElse(seedIfAbsent)));
  }

  @Override
  public Checked<DocumentPlan> plan(Document document) {
    List<Integer> tokens = new ArrayList<>();
    List<DocumentPlan.BlankSpan> blanks = new ArrayList<>();
    for (int i = 0; i < document.segments().size(); i++) {
      Document.Segment segment = document.segments().get(i);
      if (segment instanceof Document.Text text) {
        text.content().chars().forEach(tokens::add);
      } else if (segment instanceof Document.Blank blank) {
        if (blank.tokens() < 1 || blank.tokens() > canvasLimit()) {
          return Checked.refused("DOCUMENT_TOO_LONG", "document", "it has " + blank.tokens());
        }
        blanks.add(new DocumentPlan.BlankSpan(tokens.size(), blank.tokens(), i, false, false));
        for (int token = 0; token < blank.tokens(); token++) {
          tokens.add(MASK);
        }
      }
    }
    int[] canvas = tokens.stream().mapToInt(Integer::intValue).toArray();
    int masks = blanks.stream().mapToInt(DocumentPlan.BlankSpan::length).sum();
    List<DocumentPlan.Pass> passes =
        canvas.length <= canvasLimit()
            ? List.of(new DocumentPlan.Pass(0, canvas.length, 0, masks))
            : passPerBlank(blanks);
    return Checked.valid(new DocumentPlan(document, canvas, blanks, canvas.length - masks, passes));
  }

  private static List<DocumentPlan.Pass> passPerBlank(List<DocumentPlan.BlankSpan> blanks) {
    List<DocumentPlan.Pass> passes = new ArrayList<>();
    int firstMask = 0;
    for (DocumentPlan.BlankSpan blank : blanks) {
      int end = blank.start() + blank.length();
      passes.add(
          new DocumentPlan.Pass(
              Math.max(0, blank.start() - CONTEXT), end, firstMask, blank.length()));
      firstMask += blank.length();
    }
    return passes;
  }

  @Override
  public FilledDocument read(DocumentPlan plan, SamplingSettings settings, RunProgress finished) {
    StringBuilder text = new StringBuilder();
    List<FilledDocument.FilledBlank> blanks = new ArrayList<>();
    int next = 0;
    double sum = 0;
    for (Document.Segment segment : plan.document().segments()) {
      if (segment instanceof Document.Text known) {
        text.append(known.content());
      } else if (segment instanceof Document.Blank blank) {
        int end = next + blank.tokens();
        int[] ids = Arrays.copyOfRange(finished.maskTokens(), next, end);
        float[] confidences = Arrays.copyOfRange(finished.confidences(), next, end);
        StringBuilder filled = new StringBuilder();
        for (int i = 0; i < ids.length; i++) {
          filled.append((char) ids[i]);
          sum += Math.log(confidences[i]);
        }
        blanks.add(
            new FilledDocument.FilledBlank(blank.name(), filled.toString(), ids, confidences));
        text.append(filled);
        next = end;
      }
    }
    return new FilledDocument(text.toString(), blanks, sum / Math.max(1, next));
  }
}
