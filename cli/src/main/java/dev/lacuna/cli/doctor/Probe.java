package dev.lacuna.cli.doctor;

import dev.lacuna.runtime.natives.ModelNatives;
import dev.lacuna.runtime.natives.Natives;
import dev.lacuna.runtime.natives.NativesException;
import dev.lacuna.runtime.onnx.device.Devices;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The machine as the doctor sees it; another one in tests. */
public interface Probe {

  /** A file's text, by its absolute path on the machine; empty if it can't be read. */
  Optional<String> file(String path);

  /** Whether there is such a file or folder. */
  boolean exists(String path);

  /** What a command printed; empty if there is no such command, or it failed or hung. */
  Optional<String> output(List<String> command);

  /** A system property, or empty text. */
  String property(String name);

  /** A variable of the environment, or empty text. */
  String variable(String name);

  /** Processors that the process may use. */
  int processors();

  /** Most that the Java heap may grow to, in bytes. */
  long heapMaxBytes();

  /** Bytes that may be written to the folder for temporary files; -1 if that is not known. */
  long temporaryBytes();

  /** Where native libraries lie that were unpacked. */
  String nativesFolder();

  /** Why native libraries can't be used, and what helps; empty if they can. */
  Optional<String> nativesProblem();

  /** Version of ONNX Runtime. */
  String runtimeVersion();

  /** Providers that ONNX Runtime's build has. */
  List<String> providers();

  /** Why a CUDA device can't be used and what helps; empty if it can. */
  Optional<String> cudaProblem(int index);

  /** The machine that this runs on. */
  static Probe here() {
    return new Here();
  }

  /** The machine that this runs on. */
  final class Here implements Probe {

    private static final long PATIENCE_SECONDS = 10;

    @Override
    public Optional<String> file(String path) {
      try {
        return Optional.of(Files.readString(Path.of(path), StandardCharsets.ISO_8859_1));
      } catch (IOException | UncheckedIOException e) {
        return Optional.empty();
      }
    }

    @Override
    public boolean exists(String path) {
      return Files.exists(Path.of(path));
    }

    @Override
    public Optional<String> output(List<String> command) {
      Process process;
      try {
        process =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      } catch (IOException e) {
        return Optional.empty(); // There is no such command.
      }
      try {
        CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> read(process));
        String printed = text.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return process.waitFor() == 0 ? Optional.of(printed) : Optional.empty();
      } catch (ExecutionException | TimeoutException e) {
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    }

    private static String read(Process process) {
      try {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String property(String name) {
      return System.getProperty(name, "");
    }

    @Override
    public String variable(String name) {
      return System.getenv().getOrDefault(name, "");
    }

    @Override
    public int processors() {
      return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public long heapMaxBytes() {
      return Runtime.getRuntime().maxMemory();
    }

    @Override
    public long temporaryBytes() {
      try {
        return Files.getFileStore(Path.of(property("java.io.tmpdir"))).getUsableSpace();
      } catch (IOException e) {
        return -1;
      }
    }

    @Override
    public String nativesFolder() {
      return Natives.folder().toString();
    }

    @Override
    public Optional<String> nativesProblem() {
      try {
        Natives.folder();
        RuntimeVersion.onnxRuntime();
        ModelNatives.prepareTokenizers();
        return Optional.empty();
      } catch (NativesException | ForwardPassException e) {
        return Optional.of(e.getMessage());
      }
    }

    @Override
    public String runtimeVersion() {
      return RuntimeVersion.onnxRuntime();
    }

    @Override
    public List<String> providers() {
      return Devices.providers();
    }

    @Override
    public Optional<String> cudaProblem(int index) {
      return Devices.problem(index);
    }
  }
}
