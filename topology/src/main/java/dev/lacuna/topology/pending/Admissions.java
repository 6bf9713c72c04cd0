package dev.lacuna.topology.pending;

import dev.lacuna.topology.TaskParts;
import dev.lacuna.topology.TopologySettings.RequestTopic;
import dev.lacuna.topology.TopologySettings.Topics;
import dev.lacuna.topology.outbox.Outbox;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * When a request is handed to the engine. It may be the one that kills the process, and only what
 * is committed tells the next owner so:
 *
 * <ul>
 *   <li>a fresh request is handed over at once. If it runs on for a while, a later drain marks it
 *       begun; short requests pay nothing;
 *   <li>while the task is careful, which every incarnation is at first, and for all restored
 *       requests: it is marked begun, the mark is committed, then it is handed over. Few are
 *       unfinished at a time ({@link Wave});
 *   <li>a restored request that was begun may have killed the process: {@link Suspects}. Until they
 *       have had their turns nothing else is marked, as it could not run before them anyway.
 * </ul>
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class Admissions {
  private final TaskParts parts;
  private final PendingWork work;
  private final Outbox outbox;
  private final CarefulStart careful;
  private final Suspects suspects;
  private final Map<String, Lane> lanes = new TreeMap<>(); // by request topic
  private final Deque<Marked> marked = new ArrayDeque<>();

  /** Requests of one topic: a long backlog of another topic must not keep them from beginning. */
  private static final class Lane {
    final Queue<PendingRequest> line = new PriorityQueue<>(Rank.COMMON);
    final Set<PendingRequest> unfinished = new HashSet<>();
  }

  /** A begun mark was put when so many transactions were committed. */
  private record Marked(PendingRequest request, long storedAt) {}

  Admissions(TaskParts parts, PendingWork work, Outbox outbox) {
    this.parts = parts;
    this.work = work;
    this.outbox = outbox;
    this.careful =
        new CarefulStart(parts.recovery().careful(), 2 * acceptedMax(parts.settings().topics()));
    this.suspects = new Suspects(parts, work, outbox);
  }

  /** A request that was read. */
  void read(PendingRequest request) {
    careful.requestRead();
    if (careful.over() && suspects.isEmpty()) {
      work.submit(request, false);
    } else {
      lane(request).line.add(request);
    }
  }

  private Lane lane(PendingRequest request) {
    return lanes.computeIfAbsent(request.entry().topic(), topic -> new Lane());
  }

  /** A request of an earlier owner. */
  void restored(PendingRequest request) {
    if (request.begin().suspect()) {
      suspects.add(request);
    } else {
      lane(request).line.add(request);
    }
  }

  /** Begins what may begin; only in an armed task. */
  void advance() {
    if (!careful.over()) {
      careful.look(parts.clock().nanos(), reads());
    }
    suspects.advance();
    handOver();
    lanes.values().forEach(this::mark);
  }

  private boolean reads() {
    return parts.accepted().topics().stream().noneMatch(parts.accepted()::atCap);
  }

  private static int acceptedMax(Topics topics) {
    return topics.requests().stream().mapToInt(RequestTopic::acceptedMax).sum();
  }

  private void handOver() {
    while (!marked.isEmpty() && parts.commits().committed() > marked.peek().storedAt()) {
      PendingRequest request = marked.poll().request();
      if (!request.settled()) {
        work.submit(request, false);
      }
    }
  }

  private void mark(Lane lane) {
    while (!lane.line.isEmpty() && mayMark(lane)) {
      PendingRequest request = lane.line.remove();
      if (!request.settled()) {
        long storedAt = parts.commits().committed();
        request.begin().begun();
        work.checkpoint(request);
        outbox.wantCommit();
        marked.add(new Marked(request, storedAt));
        lane.unfinished.add(request);
      }
    }
    leaveIfNobodyWaits(lane);
  }

  private void leaveIfNobodyWaits(Lane lane) {
    if (lane.line.isEmpty()) {
      parts.recovery().wave().leave(lane);
    }
  }

  private boolean mayMark(Lane lane) {
    return !parts.recovery().turn().taken()
        && lane.unfinished.size() < parts.recovery().wave().shareOf(lane);
  }

  /** The request was answered. */
  void answered(PendingRequest request) {
    Lane lane = lane(request);
    lane.unfinished.remove(request);
    suspects.answered(request);
    // A long turn must neither pile up what is answered meanwhile nor keep its part of the wave.
    if (lane.line.remove(request)) {
      leaveIfNobodyWaits(lane);
    }
  }

  /** The task's requests go to another owner. */
  void close() {
    suspects.close();
    lanes.values().forEach(parts.recovery().wave()::leave);
  }
}
