package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native libraries on hosts that don't let one execute, write, or trust what lies about. */
class NativesIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  @TempDir private Path folder;

  @Test
  void shouldUseAFolderThatWorksWhenTheTemporaryOneMayNotExecute() throws Exception {
    assumeTrue(Tmpfs.possible());
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Command fill =
        Command.run(
            new Tmpfs(temporary, "noexec").around(fill()),
            Map.of(
                "TMPDIR",
                temporary.toString(),
                "XDG_CACHE_HOME",
                folder.resolve("cache").toString()));
    assertThat(fill.output()).contains("A library for ");
    assertThat(fill.status()).isZero();
    assertThat(folder.resolve("cache/lacuna/natives")).isDirectory();
  }

  @Test
  void shouldNameTheCureWhenNoFolderMayExecute() throws Exception {
    assumeTrue(Tmpfs.possible());
    Path only = Files.createDirectory(folder.resolve("only"));
    Tmpfs noExec = new Tmpfs(only, "noexec");
    Map<String, String> environment =
        Map.of(
            "TMPDIR",
            only.toString(),
            "XDG_CACHE_HOME",
            only.toString(),
            "LACUNA_JAVA_OPTS",
            "-Duser.home=" + only);
    for (List<String> command : List.of(fill(), Command.lacuna("doctor"))) {
      Command ended = Command.run(noExec.around(command), environment);
      assertThat(ended.status()).as(ended.output()).isEqualTo(1);
      assertThat(ended.output())
          .contains("noexec")
          .contains("LACUNA_NATIVES_DIR")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void shouldNameTheFolderWhenNoTemporaryFileCanBeWritten() throws Exception {
    assumeTrue(Tmpfs.possible());
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Command fill =
        Command.run(
            new Tmpfs(temporary, "ro").around(fill()),
            Map.of("LACUNA_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary));
    assertThat(fill.status()).isEqualTo(1);
    assertThat(fill.output()).contains("set -Djava.io.tmpdir").doesNotContain("\tat ");
    // By itself the launcher looks for one that can be written.
    Command found =
        Command.run(
            new Tmpfs(temporary, "ro").around(fill()), Map.of("TMPDIR", temporary.toString()));
    assertThat(found.status()).as(found.output()).isZero();
  }

  @Test
  void shouldRefuseAFolderThatOthersCanWrite() throws Exception {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    Command fill = Command.run(fill(), Map.of("LACUNA_NATIVES_DIR", shared.toString()));
    assertThat(fill.status()).isEqualTo(1);
    assertThat(fill.output()).contains("other users can write " + shared).doesNotContain("\tat ");
  }

  /** DJL takes its library from there, whoever made it, for a user whose home can't be written. */
  @Test
  void shouldNotLoadWhatIsPlantedInTheTemporaryFolder() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    for (String version : List.of("0.21.0-0.38.0")) {
      Path planted = temporary.resolve(".djl.ai/tokenizers/" + version + "-cpu-linux-x86_64");
      Files.createDirectories(planted);
      Files.write(planted.resolve("libtokenizers.so"), "planted".getBytes(StandardCharsets.UTF_8));
    }
    Command fill =
        Command.run(
            fill(),
            Map.of(
                "XDG_CACHE_HOME",
                "",
                "LACUNA_JAVA_OPTS",
                "-Duser.home=" + folder.resolve("none") + " -Djava.io.tmpdir=" + temporary));
    assertThat(fill.output()).contains("A library for ");
    assertThat(fill.status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "snappy", "lz4"})
  void shouldLeaveNothingBehindWhenKilled(String codec) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path natives = folder.resolve("natives");
    try (Pipeline pipeline = new Pipeline("natives-" + codec, 1, Servers.tinyModel())) {
      pipeline.set("natives.dir", natives.toString());
      pipeline.set("kafka.producer.compression.type", codec);
      WorkerProcess worker = pipeline.worker("killed", "-Djava.io.tmpdir=" + temporary);
      pipeline.send(List.of(Requests.of("a", 4, 1, "A library for ", 8)));
      assertThat(pipeline.answers().await(LIMIT, a -> a.completions.size() >= 1 || !worker.alive()))
          .isTrue();
      assertThat(worker.alive()).as("%s", worker.log()).isTrue();
      worker.kill();
      assertThat(names(temporary)).as("left in the folder for temporary files").isEmpty();
      assertThat(names(natives))
          .anyMatch(name -> name.startsWith("onnxruntime-"))
          .anyMatch(name -> name.startsWith("rocksdb-"))
          .anyMatch(name -> name.startsWith(codec + "-"))
          .doesNotContain(".unpacking");
    }
  }

  private static List<String> fill() {
    return Command.lacuna("fill", "--seed", "3", "--steps", "2", "A library for [[4]]");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          // The JVM's own, not told to leave it out as by the launcher.
          .filter(name -> !name.startsWith("hsperfdata"))
          .toList();
    }
  }
}
