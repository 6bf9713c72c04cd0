package dev.lacuna.chaos;

import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a request asks for, but for its id: what its text depends on. There are few of them, so that
 * an undisturbed run of each is a reference for thousands of requests.
 *
 * @param number from 0
 */
record Shape(int number, List<Object> document, Sampling sampling, int samples, Integer bestOf) {

  /** Shapes of every kind in turn; a pure function of the seed. */
  static List<Shape> pool(long seed, int count) {
    Random random = new Random(seed);
    List<Shape> pool = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pool.add(draw(i, random));
    }
    return List.copyOf(pool);
  }

  /** Shapes whose runs last long, all of one sample. */
  static List<Shape> longPool(long seed, int count) {
    Random random = new Random(seed);
    List<Shape> pool = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sampling sampling = Sampling.newBuilder().setSeed(random.nextLong()).setSteps(40).build();
      pool.add(new Shape(i, document(i, 150 + random.nextInt(60)), sampling, 1, null));
    }
    return List.copyOf(pool);
  }

  private static Shape draw(int number, Random random) {
    Sampling.Builder sampling = Sampling.newBuilder().setSeed(random.nextLong());
    int samples = 1;
    Integer bestOf = null;
    List<Object> document = document(number, 20 + random.nextInt(60));
    switch (number % 8) {
      case 0 -> sampling.setSteps(8 + random.nextInt(8));
      case 1 -> sampling.setSteps(40 + random.nextInt(40)).setTemperature(1f).setTopP(0.9f);
      case 2 -> {
        document = document(number, 150 + random.nextInt(60));
        sampling.setSteps(150);
      }
      case 3 -> {
        document = document(number, 350); // more than a canvas: several passes
        sampling.setSteps(50).setTemperature(0.7f);
      }
      case 4 -> {
        samples = 3;
        sampling.setSteps(30).setTemperature(1f).setTopK(50);
      }
      case 5 -> {
        samples = 1;
        bestOf = 3;
        sampling.setSteps(25).setTemperature(1.2f).setUnmaskingOrder("entropy");
      }
      case 6 -> sampling.setSteps(30).setGuidanceScale(1f).setBlockLength(8);
      default -> {
        document = document(number, 80);
        sampling.setSteps(100).setUnmaskingOrder("random").setTemperature(1f);
      }
    }
    return new Shape(number, document, sampling.build(), samples, bestOf);
  }

  private static List<Object> document(int number, int tokens) {
    return List.of(
        new Text("package-" + number + ": a library for "),
        new Blank(tokens, "purpose", BlankLength.EXACT),
        new Text(" and for number " + number + " of "),
        new Blank(3, "rest", BlankLength.EXACT),
        new Text("."));
  }

  /** A request of this shape. */
  GenerationRequest.Builder request(String id) {
    return GenerationRequest.newBuilder()
        .setId(id)
        .setDocument(document)
        .setSampling(sampling)
        .setSamples(samples)
        .setBestOf(bestOf)
        .setIncludeTokenIds(true)
        .setIncludeConfidences(number % 3 == 0);
  }
}
