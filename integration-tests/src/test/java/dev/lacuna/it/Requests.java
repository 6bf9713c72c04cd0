package dev.lacuna.it;

import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import java.util.ArrayList;
import java.util.List;

/** Requests as a user's code would build them: from the generated classes alone. */
public final class Requests {

  private Requests() {}

  /** A request whose document is made of strings (text) and integers (blanks of so many tokens). */
  public static GenerationRequest of(String id, int steps, long seed, Object... segments) {
    return GenerationRequest.newBuilder()
        .setId(id)
        .setDocument(document(segments))
        .setSampling(Sampling.newBuilder().setSteps(steps).setSeed(seed).build())
        .build();
  }

  /** Many requests of different lengths, steps and seeds; equal calls give equal requests. */
  public static List<GenerationRequest> mixed(String prefix, int count, int tokens, int steps) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(
          of(
              prefix + "-" + i,
              Math.max(1, steps - i % 5),
              1_000L + i,
              "package-" + i + ": a library for ",
              tokens - i % 3,
              " and for number " + i + " of ",
              4,
              "."));
    }
    return requests;
  }

  public static List<String> ids(List<GenerationRequest> requests) {
    return requests.stream().map(GenerationRequest::getId).toList();
  }

  private static List<Object> document(Object... segments) {
    List<Object> document = new ArrayList<>();
    for (Object segment : segments) {
      document.add(
          segment instanceof String text
              ? new Text(text)
              : new Blank((Integer) segment, null, BlankLength.EXACT));
    }
    return document;
  }
}
