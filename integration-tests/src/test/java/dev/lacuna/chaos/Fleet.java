package dev.lacuna.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The workers of one application, and their supervisor, which starts again what has ended, as
 * systemd or Kubernetes would.
 *
 * <p>Threading: any thread may call any method. A fault leases the member that it is done to, so
 * that no two are done to one process.
 */
final class Fleet implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  private final Path folder;
  private final Properties settings;
  private final int stepMillis;
  private final boolean armingOff;
  private final List<Member> members = new ArrayList<>();
  private final ScheduledExecutorService supervisor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "chaos-supervisor");
            thread.setDaemon(true);
            return thread;
          });
  private int named;

  /** A fleet without members. */
  Fleet(Path folder, Properties settings, int stepMillis, boolean armingOff) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.settings = settings;
    this.stepMillis = stepMillis;
    this.armingOff = armingOff;
    supervisor.scheduleWithFixedDelay(
        this::supervise, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void supervise() {
    for (Member member : members) {
      if (member.wanted && !member.held && !member.alive()) {
        try {
          member.start();
        } catch (IOException e) {
          throw new IllegalStateException("worker " + member.id() + " can't be started", e);
        }
      }
    }
  }

  /** Adds a worker, which the supervisor starts. */
  synchronized void add() throws IOException {
    members.add(new Member("w" + ++named, folder, settings, stepMillis, armingOff));
  }

  /** Workers that are to run. */
  synchronized int size() {
    return (int) members.stream().filter(member -> member.wanted).count();
  }

  /** Starts of processes, over all members. */
  synchronized int starts() {
    return members.stream().mapToInt(Member::starts).sum();
  }

  /** Leases a running worker, the longest running one among those at the draw's place first. */
  Optional<Member> lease(int draw, Duration limit) throws Exception {
    List<Member> leased = new ArrayList<>();
    Pause.until(
        limit,
        () -> {
          free(draw).ifPresent(leased::add);
          return !leased.isEmpty();
        });
    return leased.stream().findFirst();
  }

  private synchronized Optional<Member> free(int draw) {
    List<Member> free =
        members.stream()
            .filter(member -> member.wanted && !member.leased && member.alive())
            .sorted(Comparator.comparing(Member::id))
            .toList();
    if (free.isEmpty()) {
      return Optional.empty();
    }
    Member member = free.get(draw % free.size());
    member.leased = true;
    return Optional.of(member);
  }

  /** Gives a leased worker back. */
  synchronized void release(Member member) {
    member.leased = false;
  }

  /** Keeps the supervisor from starting a worker again, or no longer. */
  synchronized void hold(Member member, boolean held) {
    member.held = held;
  }

  /** A leased worker that is to end is not started again. */
  synchronized void retire(Member member) {
    member.wanted = false;
  }

  /** All members, retired ones too. */
  synchronized List<Member> members() {
    return List.copyOf(members);
  }

  /** Ends all workers at once. */
  @Override
  public void close() throws Exception {
    supervisor.shutdownNow();
    supervisor.awaitTermination(1, TimeUnit.MINUTES);
    for (Member member : members()) {
      if (member.process() != null) {
        member.process().close();
      }
    }
  }
}
