package dev.lacuna.runtime.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages ONNX graphs at random, seeded, and opens them in a process of their own: native code
 * reads them, and a process that dies of one counts as a refusal. A worker's models are trusted
 * files.
 */
class HostileOnnxTest {

  private static final int CASES = Integer.getInteger("lacuna.hostile.graphs", 60);
  private static final long HANG_SECONDS = 120;

  @TempDir private Path temporary;

  @Test
  void shouldRefuseLoadOrDieAloneWhenAGraphIsDamaged() throws Exception {
    damageAll();
    Map<String, Integer> outcomes = new TreeMap<>();
    int next = 0;
    while (next < CASES) {
      List<String> lines = runFrom(next);
      for (String line : lines) {
        if (line.startsWith("case ")) {
          next = Integer.parseInt(line.substring(5)) + 1;
        } else if (line.startsWith("outcome ")) {
          outcomes.merge(line.substring(8), 1, Integer::sum);
        }
      }
      int told = outcomes.values().stream().mapToInt(Integer::intValue).sum();
      assertThat(next).as("a process got on").isGreaterThan(told - 1);
      if (told < next) {
        outcomes.merge("died", 1, Integer::sum);
      }
    }
    System.out.println("damaged graphs: " + outcomes);
    assertThat(outcomes.keySet()).isSubsetOf("loaded", "refused", "died");
    assertThat(outcomes.keySet()).contains("loaded", "refused");
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(CASES);
  }

  private void damageAll() throws IOException, URISyntaxException {
    List<String> variants = List.of("masked", "unmasked", "half", "external");
    for (int i = 0; i < CASES; i++) {
      Path source =
          Path.of(
              HostileOnnxTest.class
                  .getResource("/plain-onnx/" + variants.get(i % variants.size()))
                  .toURI());
      Path folder = Files.createDirectory(temporary.resolve(Integer.toString(i)));
      try (Stream<Path> files = Files.list(source)) {
        for (Path file : files.toList()) {
          Files.copy(file, folder.resolve(file.getFileName()));
        }
      }
      Path graph = folder.resolve("model.onnx");
      byte[] bytes = Files.readAllBytes(graph);
      Random random = new Random(i);
      Files.write(
          graph,
          random.nextInt(4) == 0
              ? ByteMutator.mutate(bytes, bytes.length, random)
              : OnnxMutator.mutate(bytes, random));
    }
  }

  /** What a process said before it ended, of its own accord or not. */
  private List<String> runFrom(int first) throws IOException, InterruptedException {
    Path output = temporary.resolve("output");
    Process process =
        new ProcessBuilder(command(first))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.waitFor(HANG_SECONDS, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
    return new ArrayList<>(
        Files.readString(output, java.nio.charset.StandardCharsets.ISO_8859_1).lines().toList());
  }

  private List<String> command(int first) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:ErrorFile=" + temporary.resolve("died.log"),
        "-XX:-CreateCoredumpOnCrash",
        "-cp",
        System.getProperty("java.class.path"),
        OnnxLoader.class.getName(),
        temporary.toString(),
        Integer.toString(first),
        Integer.toString(CASES));
  }
}
