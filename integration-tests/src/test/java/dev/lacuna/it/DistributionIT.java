package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution's class paths: a worker's is enough for a worker, and holds no server. */
class DistributionIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  @TempDir private Path elsewhere;

  @Test
  void shouldAnswerWhenNothingOfBrokerAndRegistryIsThere() throws Exception {
    Path alone = Files.createDirectory(elsewhere.resolve("worker"));
    for (Path jar : jars("worker")) {
      Files.copy(jar, alone.resolve(jar.getFileName()));
    }
    List<GenerationRequest> requests = List.of(Requests.of("alone", 4, 1, "a library for ", 8));
    try (Pipeline pipeline = new Pipeline("distribution", 1, Servers.tinyModel());
        WorkerProcess worker =
            WorkerProcess.start(
                pipeline.config("a"),
                elsewhere.resolve("worker.log"),
                List.of(),
                Distribution.jars(alone))) {
      pipeline.send(requests);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 1 || !worker.alive())).isTrue();
      assertThat(worker.alive()).as("%s", worker.log()).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(worker.terminate()).as("%s", worker.log()).isZero();
    }
  }

  @Test
  void shouldRunForAnyUserWhenCopiedAnywhereAndReadOnly() throws Exception {
    Path copy = Files.createDirectory(elsewhere.resolve("kopie der gr\u00f6\u00dfe"));
    for (String part : List.of("bin", "worker", "cli", "demo-model")) {
      copy(Distribution.folder(part), copy.resolve(part));
    }
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>();
    if (Files.isWritable(Path.of("/root"))) { // Somebody whom no list of users knows.
      command.addAll(List.of("setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"));
    }
    command.add(copy.resolve("bin/lacuna").toString());
    command.addAll(List.of("fill", "--seed", "3", "--steps", "2", "A library for [[4]]"));
    Path output = elsewhere.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.equals("HOME"));
    Process process = builder.redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output))
        .contains("A library for ")
        .doesNotContain("building")
        .doesNotContain("\tat ")
        .doesNotContain("Permission denied");
    assertThat(process.exitValue()).isZero();
  }

  /** A copy that nobody may write, as far as the file system knows. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
        if (!Files.isDirectory(path)) {
          assertThat(target.toFile().setWritable(false)).isTrue();
        }
      }
    }
  }

  @Test
  void shouldKeepServersOffTheClassPathsOfWorkersAndCommands() throws Exception {
    for (String folder : List.of("worker", "cli")) {
      assertThat(names(folder))
          .as(folder)
          .isNotEmpty()
          .noneMatch(name -> name.startsWith("kafka_") || name.contains("apicurio"))
          .noneMatch(name -> name.matches("kafka-(server|metadata|raft|storage|group|share).*"))
          .noneMatch(name -> name.matches("(scala|quarkus|log4j).*"));
    }
    assertThat(names("broker")).anyMatch(name -> name.startsWith("kafka_2.13-"));
  }

  @Test
  void shouldGiveCommandsNothingTwiceAndWorkersNothingOfCommands() throws Exception {
    List<String> worker = names("worker").stream().map(DistributionIT::artifact).toList();
    List<String> cli = names("cli").stream().map(DistributionIT::artifact).toList();
    assertThat(worker).doesNotHaveDuplicates().doesNotContainAnyElementsOf(cli);
    assertThat(worker)
        .filteredOn(name -> name.startsWith("lacuna-"))
        .containsExactlyInAnyOrder(
            "lacuna-worker",
            "lacuna-console",
            "lacuna-topology",
            "lacuna-model-runtime",
            "lacuna-schemas",
            "lacuna-confluent-client");
    assertThat(cli).contains("lacuna-cli", "lacuna-testbed").doesNotHaveDuplicates();
  }

  /** A jar's name without its version. */
  private static String artifact(String jar) {
    return jar.replaceFirst("-\\d.*", "");
  }

  private static List<String> names(String folder) throws IOException {
    return jars(folder).stream().map(jar -> jar.getFileName().toString()).toList();
  }

  private static List<Path> jars(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Distribution.folder(folder))) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }
}
