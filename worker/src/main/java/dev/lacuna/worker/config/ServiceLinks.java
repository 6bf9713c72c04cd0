package dev.lacuna.worker.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Variables that Kubernetes sets in every container for each service of the namespace. Those of a
 * service named {@code lacuna}, or {@code lacuna-} and something, begin as the variables that set a
 * key do, and nobody wrote them.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables">
 *     Kubernetes, environment variables of services</a>
 */
final class ServiceLinks {

  /** What is set, and what it is set to: both must fit, so that a slip of the pen is no link. */
  private record Shape(Pattern variable, Pattern value) {
    static Shape of(String end, String value) {
      return new Shape(Pattern.compile("LACUNA(_[A-Z0-9_]+)?_" + end), Pattern.compile(value));
    }
  }

  private static final String ADDRESS = "[0-9a-fA-F.:\\[\\]]+";
  private static final String NUMBER = "[0-9]{1,5}";
  private static final String URL = "(tcp|udp|sctp)://" + ADDRESS + ":" + NUMBER;
  private static final String PORT = "PORT_" + NUMBER + "_(TCP|UDP|SCTP)";

  private static final List<Shape> SHAPES =
      List.of(
          Shape.of("SERVICE_HOST", ADDRESS),
          Shape.of("SERVICE_PORT(_[A-Z0-9_]+)?", NUMBER),
          Shape.of("PORT", URL),
          Shape.of(PORT, URL),
          Shape.of(PORT + "_PROTO", "(tcp|udp|sctp)"),
          Shape.of(PORT + "_PORT", NUMBER),
          Shape.of(PORT + "_ADDR", ADDRESS));

  private ServiceLinks() {}

  /** Whether a variable with this value is one of them. */
  static boolean isOne(String variable, String value) {
    return SHAPES.stream()
        .anyMatch(
            shape ->
                shape.variable().matcher(variable).matches()
                    && shape.value().matcher(value).matches());
  }
}
