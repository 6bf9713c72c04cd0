package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the launcher builds: the real script in a source tree of one file a module, with a Maven
 * that notes that it was called and a Java that prints its arguments.
 */
class LauncherTest {

  private static final List<String> MODULES =
      List.of(
          "confluent-client",
          "schemas",
          "model-runtime",
          "topology",
          "console",
          "worker",
          "evaluation",
          "testbed",
          "benchmarks",
          "cli",
          "deploy",
          "deploy/worker",
          "deploy/cli",
          "deploy/broker");

  private static final Path LAUNCHER =
      Path.of(System.getProperty("lacuna.home", "..")).resolve("lacuna").toAbsolutePath();

  @TempDir private Path folder;

  /** With a space and letters beyond ASCII, as home folders have. */
  private Path tree;

  private Path tools;

  /** How a start ended, and what it printed on both streams. */
  private record Start(int status, String output) {}

  @BeforeEach
  void makeTree() throws Exception {
    tree = Files.createDirectories(folder.resolve("arbre d'\u00e9t\u00e9"));
    tools = Files.createDirectories(folder.resolve("tools"));
    Files.copy(LAUNCHER, tree.resolve("lacuna"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    for (String module : MODULES) {
      Path at = Files.createDirectories(tree.resolve(module).resolve("src/main"));
      Files.writeString(tree.resolve(module).resolve("pom.xml"), "<project/>");
      Files.writeString(at.resolve("A.java"), module);
    }
    script(
        tools.resolve("mvn"),
        "echo built >> '%s'\nmkdir -p deploy/target/dist/worker".formatted(calls()));
    script(tools.resolve("java"), "echo \"java $*\"");
  }

  @Test
  void shouldBuildOnceAndThenOnlyWhenContentChanges() throws Exception {
    assertThat(start().status()).isZero();
    assertThat(builds()).isEqualTo(1);
    assertThat(start().status()).isZero();
    assertThat(builds()).isEqualTo(1);

    touchAll(Instant.now().plusSeconds(3600)); // as a copy does
    assertThat(start().status()).isZero();
    assertThat(builds()).isEqualTo(1);

    Path source = tree.resolve("worker/src/main/A.java");
    Files.writeString(source, "changed");
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH)); // as an archive may have it
    assertThat(start().status()).isZero();
    assertThat(builds()).isEqualTo(2);

    Files.delete(source);
    assertThat(start().status()).isZero();
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void shouldStartForAnyUserWhenBuiltByAnother() throws Exception {
    start();
    assertThat(startAsStranger().status()).isZero();
    assertThat(builds()).isEqualTo(1);

    Files.writeString(tree.resolve("cli/src/main/A.java"), "changed");
    Start refused = startAsStranger();
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output())
        .contains("was built from other sources than it has now")
        .contains("bin/lacuna")
        .doesNotContain("Permission denied");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void shouldNeverBuildWhenThereAreNoSources() throws Exception {
    start();
    for (String module : MODULES) {
      delete(tree.resolve(module).resolve("src"));
      Files.deleteIfExists(tree.resolve(module).resolve("pom.xml"));
    }
    Start without = start();
    assertThat(without.status()).isZero();
    assertThat(without.output()).startsWith("java ").doesNotContain("find:");
    Files.delete(tree.resolve("pom.xml"));
    assertThat(start().output()).startsWith("java ");
    assertThat(builds()).isEqualTo(1);

    delete(tree.resolve("deploy/target"));
    Start nothing = start();
    assertThat(nothing.status()).isEqualTo(1);
    assertThat(nothing.output()).contains("neither sources nor a distribution");
  }

  @Test
  void shouldFindWhatLiesBesideItWhenItIsInADistribution() throws Exception {
    start();
    Path copy = folder.resolve("kopie \u00fc");
    Files.createDirectories(copy.resolve("bin"));
    Files.createDirectories(copy.resolve("worker"));
    Files.copy(LAUNCHER, copy.resolve("bin/lacuna"));
    Start started = run(List.of(copy.resolve("bin/lacuna").toString(), "worker"));
    assertThat(started.status()).isZero();
    Path real = copy.toRealPath();
    assertThat(started.output())
        .contains("-Dlacuna.home=" + real)
        .contains("-cp " + real + "/worker/*");
    assertThat(builds()).isEqualTo(1);
  }

  private Start start() throws Exception {
    return run(List.of(tree.resolve("lacuna").toString(), "--version"));
  }

  /**
   * Somebody else where the test may become somebody else, otherwise without the right to write.
   */
  private Start startAsStranger() throws Exception {
    String launcher = tree.resolve("lacuna").toString();
    if (Files.isWritable(Path.of("/root"))) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      return run(
          List.of(
              "setpriv",
              "--reuid=12345",
              "--regid=12345",
              "--clear-groups",
              launcher,
              "--version"));
    }
    mayWrite(tree.resolve("deploy"), false);
    try {
      return start();
    } finally {
      mayWrite(tree.resolve("deploy"), true);
    }
  }

  private static void mayWrite(Path root, boolean may) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        if (!path.toFile().setWritable(may)) {
          throw new IOException("the rights of " + path + " can't be changed");
        }
      }
    }
  }

  private Start run(List<String> command) throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(command))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("LACUNA_") || name.equals("JAVA_HOME"));
    environment.put("PATH", tools + ":" + environment.get("PATH"));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Start(process.exitValue(), Files.readString(output));
  }

  private Path calls() {
    return folder.resolve("calls");
  }

  private int builds() throws IOException {
    return Files.exists(calls()) ? Files.readAllLines(calls()).size() : 0;
  }

  private void touchAll(Instant time) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, FileTime.from(time));
      }
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> all = Files.walk(path)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
