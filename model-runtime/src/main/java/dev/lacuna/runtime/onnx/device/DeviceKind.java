package dev.lacuna.runtime.onnx.device;

import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What kind of device a model runs on: cards of the same name are of the same kind, whatever their
 * numbers, and cards of different names are not.
 */
public final class DeviceKind {
  private static final Logger log = LoggerFactory.getLogger(DeviceKind.class);
  private static final Pattern CUDA = Pattern.compile("cuda:([0-9]+)");
  private static final String DRIVER = "libcuda.so.1";
  private static final int NAME_BYTES = 256;

  private DeviceKind() {}

  /**
   * The kind of a device, without spaces: {@code cpu}, {@code cuda:NVIDIA-H200}. A card whose name
   * the driver does not tell goes by its number.
   *
   * @param device {@code cpu} or {@code cuda:N}
   */
  public static String of(String device) {
    return of(device, DeviceKind::nameOf);
  }

  static String of(String device, IntFunction<Optional<String>> names) {
    Matcher cuda = CUDA.matcher(device);
    return cuda.matches()
        ? names
            .apply(Integer.parseInt(cuda.group(1)))
            .map(name -> "cuda:" + name.strip().replaceAll("\\s+", "-"))
            .orElse(device)
        : device;
  }

  /**
   * The driver's name of a card, by the number that ONNX Runtime's provider gives it: both count
   * the cards that CUDA shows to this process.
   */
  static Optional<String> nameOf(int index) {
    try {
      NativeLibrary driver = NativeLibrary.getInstance(DRIVER);
      IntByReference card = new IntByReference();
      byte[] name = new byte[NAME_BYTES];
      boolean told =
          succeeds(driver, "cuInit", 0)
              && succeeds(driver, "cuDeviceGet", card, index)
              && succeeds(driver, "cuDeviceGetName", name, NAME_BYTES, card.getValue());
      return told ? Optional.of(text(name)).filter(text -> !text.isBlank()) : Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      log.warn("the driver does not name its GPU library={} reason={}", DRIVER, e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean succeeds(NativeLibrary driver, String function, Object... arguments) {
    int status = driver.getFunction(function).invokeInt(arguments);
    if (status != 0) {
      log.warn("the driver does not name its GPU function={} status={}", function, status);
    }
    return status == 0;
  }

  /** What comes before the first zero byte. */
  private static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
