package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CPU really runs out of memory: in a process of its own, see {@link LittleMemory}. */
class OutOfDeviceMemoryTest {

  @Test
  void shouldGoOnInSmallerBatchesToTheSameTokensWhenTheRuntimeRunsOutOfMemory(@TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(
        Stream.of("/usr/bin/prlimit", "/bin/prlimit").anyMatch(p -> Files.exists(Path.of(p))),
        "prlimit takes the memory away");
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Xms256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LittleMemory.class.getName(),
                Files.createDirectory(folder.resolve("model")).toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).containsPattern("outOfMemory=[1-9]").contains("failed=0 equal=true");
  }
}
