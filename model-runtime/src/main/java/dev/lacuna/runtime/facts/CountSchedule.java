package dev.lacuna.runtime.facts;

import java.util.Locale;
import java.util.Optional;

/** How many masks each step unmasks, where steps are counted. */
public enum CountSchedule {
  /** Equal parts, the remainder in the first steps (LLaDA {@code get_num_transfer_tokens}). */
  EVEN,
  /**
   * {@code int(n × (1 − s/t))} in fp32 over linear timesteps, all that are left in the last step
   * (SMDM {@code diff_sample}, Dream {@code _sample}).
   */
  LINEAR,
  /**
   * Each mask by itself with probability {@code 1 − s/t}, all that are left in the last step (SMDM
   * and Dream {@code origin}, DiffuLLaMA {@code generate_samples}); only in random order.
   */
  INDEPENDENT;

  /** The name on the wire and on the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The schedule of a wire name, or empty for a name unknown to this version. */
  public static Optional<CountSchedule> ofWireName(String name) {
    for (CountSchedule schedule : values()) {
      if (schedule.wireName().equals(name)) {
        return Optional.of(schedule);
      }
    }
    return Optional.empty();
  }
}
