package dev.lacuna.chaos;

import dev.lacuna.chaos.Order.Twist;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.TimingDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Requests and faults, beat by beat: a pure function of the seed (but for deadlines, which count
 * from the start). What the processes make of them is not.
 *
 * <p>Threading: owned by the harness's thread.
 */
final class Schedule {
  /** A backlog is the requests of so many beats more. */
  static final int BACKLOG_BEATS = 2;

  private static final long GAP_MIN_MILLIS = 3_500;
  private static final int GAP_RANGE_MILLIS = 2_500;
  private static final int HOLD_RANGE_MILLIS = 3_000;

  private final Random random;
  private final List<Shape> pool;
  private final List<FaultKind> kinds;
  private final List<FaultKind> deck = new ArrayList<>();
  private final Plan plan;
  private final int ordersPerBeat;
  private final Instant start;
  private int orders;
  private int faults;

  /**
   * A schedule.
   *
   * @param ordersPerBeat requests of a beat, on average
   * @param start from which deadlines count
   */
  Schedule(ChaosOptions options, Plan plan, List<Shape> pool, int ordersPerBeat, Instant start) {
    this.random = new Random(options.seed());
    this.plan = plan;
    this.pool = pool;
    this.kinds = List.copyOf(options.kinds());
    this.ordersPerBeat = ordersPerBeat;
    this.start = start;
  }

  /**
   * The next beat.
   *
   * @param last whether its requests are the last: then there are exactly so many
   */
  Beat next(int remaining, boolean last) {
    Fault fault = fault();
    int count = ordersPerBeat / 2 + random.nextInt(ordersPerBeat + 1);
    if (fault.kind() == FaultKind.BACKLOG) {
      count += BACKLOG_BEATS * ordersPerBeat;
    }
    count = last || plan.takeovers() ? remaining : Math.min(count, remaining);
    List<Order> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(order());
    }
    long gapMillis = GAP_MIN_MILLIS + random.nextInt(GAP_RANGE_MILLIS);
    return new Beat(List.copyOf(sent), fault, Duration.ofMillis(gapMillis));
  }

  /** Every kind once before any comes again. */
  private Fault fault() {
    if (deck.isEmpty()) {
      deck.addAll(kinds);
      Collections.shuffle(deck, random);
    }
    FaultKind kind = deck.remove(deck.size() - 1);
    return new Fault(
        ++faults,
        kind,
        Duration.ofMillis(random.nextInt(HOLD_RANGE_MILLIS)),
        random.nextInt(1 << 20));
  }

  private Order order() {
    String id = "r-" + ++orders;
    Shape shape = pool.get(random.nextInt(pool.size()));
    if (plan.takeovers()) {
      return order(shape.request(id), shape, Twist.NONE);
    }
    GenerationRequest.Builder request =
        shape
            .request(id)
            .setPriority(random.nextInt(5) == 0 ? random.nextInt(201) - 100 : 0)
            .setLabels(Map.of("tenant", "t" + random.nextInt(3)))
            .setTimings(random.nextInt(8) == 0 ? TimingDetail.NONE : TimingDetail.STEPS);
    int draw = random.nextInt(100);
    if (draw < 5) {
      return refused(request, shape);
    }
    if (draw < 8) {
      return new Order(
          request.build(),
          "key-of-" + id,
          shape.number(),
          Twist.NONE,
          Set.of(CompletionStatus.FAILED),
          "KEY_MISMATCH");
    }
    if (draw < 15) {
      long seconds = random.nextInt(240) - 20L;
      request.setDeadline(start.plusSeconds(seconds));
      return order(request, shape, Twist.NONE, CompletionStatus.EXPIRED);
    }
    return order(request, shape, twist(draw));
  }

  private static Order refused(GenerationRequest.Builder request, Shape shape) {
    return new Order(
        request.setSamples(999).setBestOf(null).build(),
        request.getId(),
        shape.number(),
        Twist.NONE,
        Set.of(CompletionStatus.FAILED),
        "INVALID_SAMPLES");
  }

  private static Twist twist(int draw) {
    if (draw < 20) {
      return Twist.CANCEL_BEFORE;
    } else if (draw < 30) {
      return Twist.CANCEL_AFTER;
    } else if (draw < 35) {
      return Twist.NULL_AFTER;
    } else if (draw < 42) {
      return Twist.TWICE;
    } else if (draw < 49) {
      return Twist.AGAIN;
    }
    if (draw < 62) {
      return Twist.HOSTILE;
    } else if (draw < 68) {
      return Twist.MISPLACED;
    }
    return draw < 74 ? Twist.SCATTERED : Twist.NONE;
  }

  private static Order order(GenerationRequest.Builder request, Shape shape, Twist twist) {
    return switch (twist) {
      case CANCEL_BEFORE, CANCEL_AFTER, NULL_AFTER ->
          order(request, shape, twist, CompletionStatus.CANCELLED);
      default -> order(request, shape, twist, CompletionStatus.COMPLETED);
    };
  }

  /** A cancelled or expiring request may be done before, so that it may be COMPLETED too. */
  private static Order order(
      GenerationRequest.Builder request, Shape shape, Twist twist, CompletionStatus status) {
    return new Order(
        request.build(),
        request.getId(),
        shape.number(),
        twist,
        status == CompletionStatus.COMPLETED
            ? Set.of(status)
            : Set.of(status, CompletionStatus.COMPLETED),
        null);
  }
}
