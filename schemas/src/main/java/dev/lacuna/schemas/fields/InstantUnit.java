package dev.lacuna.schemas.fields;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What the number of an instant counts, as the writer's schema says. Avro reads it as what the
 * reader's schema says, microseconds, whatever the writer's logical type: milliseconds become a
 * moment in January 1970.
 *
 * @param logicalType the writer's logical type, or "" if it has none
 */
public record InstantUnit(String logicalType) {
  /** Of a writer that names no unit. */
  public static final InstantUnit NONE = new InstantUnit("");

  /** Our own schemas'. */
  private static final String MICROS = "timestamp-micros";

  private static final String MILLIS = "timestamp-millis";
  private static final String NANOS = "timestamp-nanos";
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  /** Up to here a number in another unit is probably what was meant. */
  private static final Instant LIKELY_LATEST = Instant.parse("2100-01-01T00:00:00Z");

  private static final long MICROS_PER_SECOND = 1_000_000;

  /** The unit of a field of a writer's record; of a union, that of its number. */
  public static InstantUnit of(Schema writer, String field) {
    if (writer.getType() != Schema.Type.RECORD || writer.getField(field) == null) {
      return NONE;
    }
    Schema type = writer.getField(field).schema();
    if (type.getType() != Schema.Type.UNION) {
      return of(type);
    }
    return type.getTypes().stream()
        .filter(branch -> branch.getType() != Schema.Type.NULL)
        .findFirst()
        .map(InstantUnit::of)
        .orElse(NONE);
  }

  private static InstantUnit of(Schema type) {
    String logicalType = type.getProp("logicalType");
    return new InstantUnit(logicalType == null ? "" : logicalType);
  }

  /** An instant, or what is wrong with it. */
  public record Reading(Instant instant, Optional<FieldFault> fault) {}

  /**
   * What an instant is that Avro has read as microseconds.
   *
   * @param field its name, for the sentence
   */
  public Reading read(String field, Instant asMicros) {
    long number = number(asMicros);
    if (number == Long.MAX_VALUE) { // the end of time in any unit: no deadline at all
      return new Reading(asMicros, Optional.empty());
    }
    if (!logicalType.isEmpty() && unitNanos() == 0) {
      return new Reading(asMicros, Optional.of(new FieldFault(field, noZone(field, number))));
    }
    Instant instant = times(number, unitNanos());
    boolean plausible = !instant.isBefore(EARLIEST) && !instant.isAfter(LATEST);
    return new Reading(
        plausible ? instant : asMicros,
        plausible
            ? Optional.empty()
            : Optional.of(new FieldFault(field, implausible(field, number, instant))));
  }

  /** Nanoseconds of the unit; 0 of one that is no count since 1970 in UTC. */
  private long unitNanos() {
    return switch (logicalType) {
      case "", MICROS -> 1_000;
      case MILLIS -> 1_000_000;
      case NANOS -> 1;
      default -> 0;
    };
  }

  private String noZone(String field, long number) {
    return field
        + " is "
        + number
        + " with the logical type "
        + clip(logicalType)
        + ", which is no moment in UTC: write it with the logical type "
        + MICROS
        + ".";
  }

  private String implausible(String field, long number, Instant instant) {
    return String.format(
        Locale.ROOT,
        "%s is %d %s%s, which is %s: it must be from 2000 to 9999, or null for none.%s",
        field,
        number,
        unitName(unitNanos()),
        logicalType.isEmpty()
            ? " (its writer's schema names no unit)"
            : " (the logical type of its writer's schema is " + logicalType + ")",
        instant,
        guess(number));
  }

  private static String guess(long number) {
    for (long unitNanos : new long[] {1_000_000_000, 1_000_000, 1_000, 1}) {
      Instant instant = times(number, unitNanos);
      if (!instant.isBefore(EARLIEST) && instant.isBefore(LIKELY_LATEST)) {
        return " As "
            + unitName(unitNanos)
            + " it is "
            + instant
            + ": write microseconds with the logical type "
            + MICROS
            + (unitNanos == 1_000_000 ? ", or these with " + MILLIS : "")
            + ".";
      }
    }
    return " Write microseconds since 1970 with the logical type " + MICROS + ".";
  }

  private static String unitName(long unitNanos) {
    return switch ((int) unitNanos) {
      case 1_000_000_000 -> "seconds";
      case 1_000_000 -> "milliseconds";
      case 1_000 -> "microseconds";
      default -> "nanoseconds";
    };
  }

  /** The number as it was written. */
  private static long number(Instant asMicros) {
    return asMicros.getEpochSecond() * MICROS_PER_SECOND + asMicros.getNano() / 1000;
  }

  /** So many of the unit since 1970; what no instant can be is the end of time on that side. */
  private static Instant times(long number, long unitNanos) {
    long perSecond = Duration.ofSeconds(1).toNanos() / unitNanos;
    long seconds = Math.floorDiv(number, perSecond);
    if (seconds <= Instant.MIN.getEpochSecond()) {
      return Instant.MIN;
    }
    return seconds >= Instant.MAX.getEpochSecond()
        ? Instant.MAX
        : Instant.ofEpochSecond(seconds, Math.floorMod(number, perSecond) * unitNanos);
  }

  private static String clip(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
