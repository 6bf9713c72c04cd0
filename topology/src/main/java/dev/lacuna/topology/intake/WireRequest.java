package dev.lacuna.topology.intake;

import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import java.util.List;
import java.util.Optional;

/** The wire's request in the runtime's terms; nothing is checked here. */
final class WireRequest {
  private WireRequest() {}

  static Document document(GenerationRequest request) {
    return new Document(request.getDocument().stream().map(WireRequest::segment).toList());
  }

  private static Document.Segment segment(Object segment) {
    if (segment instanceof Text text) {
      return new Document.Text(text.getContent());
    }
    Blank blank = (Blank) segment; // the union has no third branch
    return new Document.Blank(
        blank.getTokens(),
        Optional.ofNullable(blank.getName()),
        blank.getLength() == BlankLength.UP_TO
            ? Document.BlankLength.UP_TO
            : Document.BlankLength.EXACT);
  }

  static SamplingOverrides sampling(GenerationRequest request) {
    Sampling sampling = request.getSampling();
    return new SamplingOverrides(
        Optional.ofNullable(sampling.getSteps()),
        Optional.ofNullable(sampling.getUnmaskingOrder()),
        Optional.ofNullable(sampling.getTemperature()),
        Optional.ofNullable(sampling.getTopP()),
        Optional.ofNullable(sampling.getTopK()),
        Optional.ofNullable(sampling.getGuidanceScale()),
        Optional.ofNullable(sampling.getThreshold()),
        Optional.ofNullable(sampling.getBlockLength()),
        List.copyOf(sampling.getStopTokens()),
        Optional.ofNullable(sampling.getSeed()));
  }
}
