package dev.lacuna.runtime.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.safetensors.WeightData;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.KitModel;
import dev.lacuna.runtime.onnx.folder.ModelDescription;
import dev.lacuna.runtime.onnx.folder.ModelImport;
import dev.lacuna.runtime.text.tokenizer.HuggingFaceTextCodec;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages the files of checkpoints, manifests and tokenizers at random, seeded: each is refused
 * with a sentence or loads rightly. {@code -Phostile} damages 10,000, with a heap of 512 MB.
 */
class HostileFilesTest {

  private static final int CASES = Integer.getInteger("lacuna.hostile.cases", 1000);

  /** Beyond any real time of a case, which takes milliseconds: a hang. */
  private static final long HANG_SECONDS = 60;

  private static final int LONGEST_SENTENCE = 1000;

  private static final int MOST_LINES = 25;

  @TempDir private Path temporary;

  private final Map<String, Integer> outcomes = new TreeMap<>();

  /**
   * A folder to damage.
   *
   * @param facts what its files leave out
   * @param files names of the files that may be damaged
   */
  private record Victim(Path folder, FactOverrides facts, List<String> files) {

    /** Every other time a file of weights, where there is one. */
    String any(Random random) {
      List<String> weights = files.stream().filter(f -> f.endsWith(".safetensors")).toList();
      List<String> some = weights.isEmpty() || random.nextBoolean() ? files : weights;
      return some.get(random.nextInt(some.size()));
    }
  }

  @Test
  void shouldRefuseWithASentenceOrLoadRightlyWhenAFileIsDamaged() throws Exception {
    List<Victim> victims = victims();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      for (int seed = 0; seed < CASES; seed++) {
        int current = seed;
        Victim victim = victims.get(seed % victims.size());
        var outcome = thread.submit(() -> damage(victim, new Random(current)));
        outcomes.merge(outcome.get(HANG_SECONDS, TimeUnit.SECONDS), 1, Integer::sum);
      }
    } catch (TimeoutException e) {
      fail("case %d hangs".formatted(total()), e);
    } catch (ExecutionException e) {
      throw new AssertionError("case " + total() + " of seed " + total(), e.getCause());
    } finally {
      thread.shutdownNow();
    }
    System.out.println("damaged files: " + outcomes);
    assertThat(total()).isEqualTo(CASES);
    assertThat(outcomes.keySet())
        .as("damage both ways: some that matters, some that doesn't")
        .anyMatch(outcome -> outcome.startsWith("loaded"))
        .anyMatch(outcome -> outcome.startsWith("refused"));
  }

  private int total() {
    return outcomes.values().stream().mapToInt(Integer::intValue).sum();
  }

  private List<Victim> victims() throws IOException, URISyntaxException {
    List<Victim> victims = new ArrayList<>();
    for (KitModel model : KitModel.all().toList()) {
      victims.add(victim(model.folder(), model.name(), model.facts()));
    }
    Path imported = temporary.resolve("import-source");
    KitModel dream = KitModel.of("dream");
    ModelImport.run(
        new ModelImport.Order(
            dream.folder(), imported, "m", NumberFormat.FP32, dream.facts(), false, "test"),
        (bytes, total) -> {});
    Path plain = Path.of(HostileFilesTest.class.getResource("/plain-onnx/external").toURI());
    victims.add(victim(imported, "imported", FactOverrides.NONE));
    victims.add(victim(plain, "plain", FactOverrides.NONE));
    Path tokenizers = Path.of(HostileFilesTest.class.getResource("/tokenizers").toURI());
    for (String kind : List.of("unigram", "word-piece", "split")) {
      Path folder = Files.createDirectory(temporary.resolve("source-" + kind));
      Files.copy(tokenizers.resolve(kind + "-tokenizer.json"), folder.resolve("tokenizer.json"));
      victims.add(victim(folder, kind, FactOverrides.NONE));
    }
    return victims;
  }

  private Victim victim(Path source, String name, FactOverrides facts) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    List<String> files = new ArrayList<>();
    try (Stream<Path> found = Files.list(source)) {
      for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
        String fileName = file.getFileName().toString();
        Files.copy(file, folder.resolve(fileName));
        // Graphs are damaged in a process of their own.
        if (fileName.endsWith(".json") || fileName.endsWith(".safetensors")) {
          files.add(fileName);
        }
      }
    }
    return new Victim(folder, facts, files);
  }

  private static String damage(Victim victim, Random random) throws IOException {
    Path file = victim.folder().resolve(victim.any(random));
    byte[] original = Files.readAllBytes(file);
    try {
      boolean weights = file.toString().endsWith(".safetensors");
      Files.write(
          file, weights ? Damage.ofSafetensors(original, random) : Damage.ofJson(original, random));
      return load(victim) + (weights ? " weights" : " json");
    } finally {
      Files.write(file, original);
    }
  }

  private static String load(Victim victim) throws IOException {
    try {
      Path folder = victim.folder();
      if (Files.exists(folder.resolve("lacuna.json"))) {
        ModelDescription.of(folder, "m", FactOverrides.NONE);
      } else if (victim.files().size() > 1) {
        readEverything(Checkpoint.read(folder, "m", victim.facts()));
      }
      return tokenize(folder.resolve("tokenizer.json"));
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).isNotBlank();
      assertThat(e.getMessage().lines())
          .hasSizeLessThan(MOST_LINES)
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(LONGEST_SENTENCE));
      return "refused";
    }
  }

  private static void readEverything(Checkpoint checkpoint) throws IOException {
    ModelFacts facts = checkpoint.facts();
    assertThat(facts.maskToken()).isLessThan(facts.embeddings());
    assertThat(facts.padToken()).isBetween(0, facts.embeddings() - 1);
    assertThat(facts.tokens()).isLessThanOrEqualTo(facts.embeddings());
    WeightData weights = checkpoint.weights();
    for (Map.Entry<String, List<Long>> weight : weights.shapes().entrySet()) {
      CountingChannel out = new CountingChannel();
      weights.write(weight.getKey(), NumberFormat.FP32, out);
      assertThat(out.bytes())
          .isEqualTo(Float.BYTES * weight.getValue().stream().reduce(1L, (a, b) -> a * b));
    }
  }

  private static String tokenize(Path file) {
    Checked<HuggingFaceTextCodec> loaded = HuggingFaceTextCodec.load(file, 1, 2);
    if (loaded instanceof Checked.Refused<HuggingFaceTextCodec> refused) {
      assertThat(refused.refusal().message()).isNotBlank().hasSizeLessThan(LONGEST_SENTENCE);
      return "refused";
    }
    try (HuggingFaceTextCodec codec = ((Checked.Valid<HuggingFaceTextCodec>) loaded).value()) {
      for (String text : List.of("The cat sat, ä 🎉 123\n\n x", "a".repeat(200) + "!", "\u0000")) {
        codec.decode(codec.encode(text));
      }
      codec.decode(new int[] {0, 1, 2, codec.size() - 1, codec.size(), Integer.MAX_VALUE});
      return "loaded";
    }
  }
}
