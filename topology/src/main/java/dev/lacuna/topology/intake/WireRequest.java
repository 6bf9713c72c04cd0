package dev.lacuna.topology.intake;

import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
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
    return SamplingOverrides.builder()
        .steps(sampling.getSteps())
        .unmaskingOrder(sampling.getUnmaskingOrder())
        .temperature(sampling.getTemperature())
        .topP(sampling.getTopP())
        .topK(sampling.getTopK())
        .guidanceScale(sampling.getGuidanceScale())
        .threshold(sampling.getThreshold())
        .blockLength(sampling.getBlockLength())
        .stopTokens(sampling.getStopTokens())
        .seed(sampling.getSeed())
        .schedule(sampling.getSchedule())
        .factor(sampling.getFactor())
        .entropyBudget(sampling.getEntropyBudget())
        .updateFraction(sampling.getUpdateFraction())
        .build();
  }
}
