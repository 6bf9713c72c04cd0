package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that runs out of something: the worker stops and says of what, and what helps. */
class HostLimitsIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  @TempDir private Path folder;

  @Test
  void shouldNameTheLimitWhenAWorkerMayOpenTooFewFiles() throws Exception {
    try (Pipeline pipeline = new Pipeline("files-few", 8, Servers.tinyModel());
        WorkerProcess worker = under(List.of("prlimit", "--nofile=256"), pipeline)) {
      Pipeline.await("ends", LIMIT, () -> !worker.alive());
      assertThat(worker.exitValue()).isEqualTo(1);
      assertThat(worker.log())
          .as("said before it happens")
          .contains("the process may open 256 files, the tasks of all 8 partitions need")
          .contains("ulimit -n");
      assertThat(lastLine(worker))
          .startsWith("error: the worker stopped: the process may open no more files");
      assertThat(worker.log()).doesNotContain("is replaced");
    }
  }

  @Test
  void shouldRefuseToStartWhenNotEvenOneTaskCouldBeHeld() throws Exception {
    try (Pipeline pipeline = new Pipeline("files-fewer", 1, Servers.tinyModel());
        WorkerProcess worker = under(List.of("prlimit", "--nofile=180"), pipeline)) {
      Pipeline.await("ends", LIMIT, () -> !worker.alive());
      assertThat(worker.exitValue()).isEqualTo(1);
      assertThat(worker.log())
          .contains("The process may open 180 files, a worker with one task needs")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void shouldNameTheFolderWhenTheStateCantBeWritten() throws Exception {
    assumeTrue(Tmpfs.possible());
    Path state = Files.createDirectory(folder.resolve("\u00e9tat du worker"));
    try (Pipeline pipeline = new Pipeline("state-read-only", 1, Servers.tinyModel())) {
      pipeline.set("state.dir", state.toString());
      try (WorkerProcess worker = under(new Tmpfs(state, "ro").around(List.of()), pipeline)) {
        Pipeline.await("ends", LIMIT, () -> !worker.alive());
        assertThat(worker.exitValue()).as("%s", worker.log()).isEqualTo(1);
        assertThat(lastLine(worker)).startsWith("error: ").contains(state.toString());
        assertThat(worker.log()).doesNotContain("\tat ");
      }
    }
  }

  @Test
  void shouldSayThatTheDiskIsFullWhenTheStateHasNoRoom() throws Exception {
    assumeTrue(Tmpfs.possible());
    Path state = Files.createDirectory(folder.resolve("state"));
    try (Pipeline pipeline = new Pipeline("disk-full", 8, Servers.tinyModel())) {
      pipeline.set("state.dir", state.toString());
      try (WorkerProcess worker = under(new Tmpfs(state, "size=3m").around(List.of()), pipeline)) {
        Pipeline.await("ends", LIMIT, () -> !worker.alive());
        assertThat(worker.exitValue()).as("%s", worker.log()).isEqualTo(1);
        assertThat(lastLine(worker))
            .startsWith("error: the worker stopped: the disk of state.dir is full");
      }
    }
  }

  private WorkerProcess under(List<String> command, Pipeline pipeline) throws Exception {
    return WorkerProcess.startUnder(
        command, pipeline.config("w"), folder.resolve("worker.log"), List.of());
  }

  private static String lastLine(WorkerProcess worker) {
    List<String> lines = worker.log().lines().toList();
    return lines.get(lines.size() - 1);
  }
}
