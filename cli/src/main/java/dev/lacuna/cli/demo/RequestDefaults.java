package dev.lacuna.cli.demo;

import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fills in what a user's documents leave open.
 *
 * @param steps steps where a document names none; empty leaves them to the model
 * @param seed seed of the first document that names none, counted up with each document
 */
record RequestDefaults(Optional<Integer> steps, long seed) {

  List<GenerationRequest> fill(List<GenerationRequest> requests) {
    List<GenerationRequest> filled = new ArrayList<>();
    for (GenerationRequest request : requests) {
      Sampling.Builder sampling = Sampling.newBuilder(request.getSampling());
      if (sampling.getSteps() == null) {
        sampling.setSteps(steps.orElse(null));
      }
      if (sampling.getSeed() == null) {
        sampling.setSeed(seed + filled.size());
      }
      filled.add(GenerationRequest.newBuilder(request).setSampling(sampling.build()).build());
    }
    return filled;
  }
}
