package dev.lacuna.chaos;

import java.util.Arrays;
import java.util.Locale;

/** Kinds of faults; {@link Injector} knows how each is done. */
enum FaultKind {
  KILL("kill -9 of a worker, started again"),
  TERM("SIGTERM of a worker, started again"),
  ZOMBIE("SIGSTOP of a worker that has restored entries, SIGCONT after others took over"),
  BROKER("kill -9 of the broker, started again"),
  REGISTRY("kill -9 of the registry, started again"),
  REGISTRY_LIES(
      "the registry lags, or a gateway lies for it, about a schema that no worker has seen"),
  DISK("every write to a worker's stores fails"),
  FILES("a worker's files must not grow (limit of the file size)"),
  CLOCK("a worker's clock jumps, minutes to days, forward or back"),
  DEVICE("a forward pass fails"),
  DEVICE_LOST("every forward pass fails from now on"),
  DEVICE_MEMORY("the device has memory for two rows alone"),
  MEMBER("a worker joins, or one leaves for good"),
  BACKLOG("kill -9 of a worker at its cap, with a backlog behind"),
  WIPE("kill -9 of a worker, which starts again with an empty state folder"),
  NOTES("death notes late, twice, to others and after the answer; notes of strangers");

  private final String meaning;

  FaultKind(String meaning) {
    this.meaning = meaning;
  }

  /** As it is written in options and in the report. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What is done. */
  String meaning() {
    return meaning;
  }

  static FaultKind of(String title) {
    return Arrays.stream(values())
        .filter(kind -> kind.title().equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "chaos.faults has '%s'; kinds are %s"
                        .formatted(title, Arrays.stream(values()).map(FaultKind::title).toList())));
  }
}
