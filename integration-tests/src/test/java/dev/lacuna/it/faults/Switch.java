package dev.lacuna.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A fault's switch: a file that a test writes and a worker process reads. The file's text says what
 * is to happen; there is no file where nothing is.
 *
 * <p>Threading: any thread may call any method. The file is looked at every {@value #LOOK_MILLIS}
 * ms at most, since forward passes ask before every step.
 */
public final class Switch {
  /** File of {@link SwitchedClock}. */
  public static final String CLOCK = "clock";

  /** File of {@link FailingDevice}. */
  public static final String DEVICE = "device";

  /** File of {@link FailingStores}. */
  public static final String STORES = "stores";

  private static final long LOOK_MILLIS = 20;
  private final Path file;
  private long lookedNanos;
  private boolean looked;
  private Optional<String> text = Optional.empty();

  /** Looks at a file of the folder. */
  public Switch(Path folder, String name) {
    this.file = folder.resolve(name);
  }

  /** What the switch says; nothing where it is off. */
  public synchronized Optional<String> text() {
    long now = System.nanoTime();
    if (!looked || now - lookedNanos > LOOK_MILLIS * 1_000_000) {
      looked = true;
      lookedNanos = now;
      text = read();
    }
    return text;
  }

  /** Takes what the switch says, and switches it off: a fault that strikes once. */
  public synchronized Optional<String> take() {
    Optional<String> taken = text();
    if (taken.isPresent()) {
      off();
      text = Optional.empty();
    }
    return taken;
  }

  private Optional<String> read() {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException off) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Switches it on. */
  public void on(String newText) {
    try {
      Path half = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(half, newText);
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Switches it off; it may be off already. */
  public void off() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
