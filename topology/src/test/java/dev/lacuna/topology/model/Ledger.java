package dev.lacuna.topology.model;

import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.model.Kafka.Logged;
import dev.lacuna.topology.model.Kafka.Meaning;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The oracle: what readers of the committed topics may see. It goes by the order in which
 * transactions are committed and by what records ask for, and knows nothing of workers.
 *
 * <p>A request that is read while its id is owed no answer is owed one; then each of its steps is
 * published once, from the first to the last, and one completion pays it off. A record that can't
 * be decoded without a death is owed a dead letter.
 */
final class Ledger {

  private final Map<String, Owed> owed = new HashMap<>();
  private final Map<Asked, Integer> deadly = new HashMap<>(); // records that are owed a letter
  private final Set<String> cancelledAhead = new HashSet<>();
  private final Map<TopicPartition, BitSet> read = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private int completions;

  /** A request that was read and not yet answered. */
  private static final class Owed {
    private final Asked asked;
    private final Map<String, Integer> stepsByRun = new HashMap<>();
    private boolean cancelled;
    private int timings;

    Owed(Asked asked) {
      this.asked = asked;
    }
  }

  /** Takes what a transaction of this worker made visible; fails if readers may not see it. */
  void take(String worker, List<Transaction.Event> events) {
    for (Transaction.Event event : events) {
      if (event instanceof Transaction.Consumed consumed) {
        read(consumed.record());
        consumed(consumed.record().meaning());
      } else if (event instanceof Transaction.Forwarded forwarded) {
        forwarded(forwarded);
      }
    }
    if (!violations.isEmpty()) {
      throw new AssertionError(worker + " published " + String.join("; ", violations));
    }
  }

  private void read(Logged record) {
    if (!read.computeIfAbsent(record.from(), none -> new BitSet()).get((int) record.offset())) {
      read.get(record.from()).set((int) record.offset());
    } else {
      violations.add("what came of " + record.label() + ", which was read before");
    }
  }

  /** Whether a committed transaction has read this record. */
  boolean hasRead(Logged record) {
    return read.containsKey(record.from()) && read.get(record.from()).get((int) record.offset());
  }

  /** Ids that wait for their answer. */
  Set<String> owed() {
    Set<String> all = new TreeSet<>(owed.keySet());
    deadly.keySet().forEach(one -> all.add(one.id()));
    return all;
  }

  /** Completions so far. */
  int completions() {
    return completions;
  }

  private void consumed(Meaning meaning) {
    if (meaning instanceof Meaning.Submit submit) {
      String id = submit.asked().id();
      if (submit.asked().kind() == Asked.Kind.DEADLY) {
        deadly.merge(submit.asked(), 1, Integer::sum);
      } else if (!owed.containsKey(id)) {
        Owed request = new Owed(submit.asked());
        request.cancelled = cancelledAhead.remove(id);
        owed.put(id, request);
      }
    } else if (meaning instanceof Meaning.Cancel cancel) {
      if (!cancelled(cancel.id())) {
        cancelledAhead.add(cancel.id());
      }
    } else if (meaning instanceof Meaning.Nothing nothing) {
      cancelled(nothing.id());
    }
  }

  private boolean cancelled(String id) {
    Owed request = owed.get(id);
    if (request != null) {
      request.cancelled = true;
    }
    return request != null;
  }

  private void forwarded(Transaction.Forwarded forwarded) {
    switch (forwarded.sink()) {
      case Outbox.COMPLETIONS_SINK ->
          completed(read(GenerationCompletion.getClassSchema(), forwarded.value()));
      case Outbox.TIMINGS_SINK -> timed(read(StepTiming.getClassSchema(), forwarded.value()));
      default -> dead(forwarded.value());
    }
  }

  private void dead(byte[] value) {
    Optional<Asked> record =
        deadly.keySet().stream().filter(one -> Arrays.equals(value, one.bytes())).findFirst();
    if (record.isEmpty()) {
      violations.add("a dead letter of a record that is owed none");
    }
    record.ifPresent(
        one -> deadly.computeIfPresent(one, (key, left) -> left > 1 ? left - 1 : null));
  }

  private void timed(StepTiming timing) {
    Owed request = owed.get(timing.getId());
    String run = timing.getSample() + "/" + timing.getPass();
    String what = timing.getId() + " sample/pass " + run + " step " + timing.getStep();
    if (request == null) {
      violations.add("a duplicate timing: " + what + ", which is owed nothing");
      return;
    }
    int before = request.stepsByRun.getOrDefault(run, 0);
    if (timing.getStep() != before + 1) {
      violations.add("a wrong timing: " + what + " after step " + before);
    }
    request.stepsByRun.put(run, timing.getStep());
    request.timings++;
  }

  private void completed(GenerationCompletion answer) {
    String id = answer.getId();
    Owed request = owed.remove(id);
    completions++;
    if (request == null) {
      violations.add("a duplicate completion: " + id + ", which is owed nothing");
      return;
    }
    CompletionStatus status = answer.getStatus();
    boolean right =
        switch (status) {
          case COMPLETED -> !request.cancelled;
          case CANCELLED -> request.cancelled;
          case EXPIRED -> request.asked.kind() == Asked.Kind.DUE;
          case FAILED ->
              request.asked.kind() == Asked.Kind.POISON
                  && answer.getError().getCode().equals(ErrorCodes.CRASHED);
          default -> false;
        };
    if (!right) {
      violations.add(id + " as " + status + (request.cancelled ? ", though it is cancelled" : ""));
    }
    if (request.timings != answer.getTimingsTotal() || request.timings != answer.getStepsRun()) {
      violations.add(
          String.format(
              "%d timings of %s, whose completion says %d of %d steps",
              request.timings, id, answer.getTimingsTotal(), answer.getStepsRun()));
    }
    if (status == CompletionStatus.COMPLETED) {
      sameAsAlone(request, answer);
    }
  }

  private void sameAsAlone(Owed request, GenerationCompletion answer) {
    GenerationCompletion alone = request.asked.alone(answer.getSeed());
    if (!answer.getSamples().equals(alone.getSamples())
        || answer.getStepsRun() != alone.getStepsRun()) {
      violations.add(
          answer.getId() + " as " + answer.getSamples() + ", alone it is " + alone.getSamples());
    }
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // the schema says which class it is
  private static <T extends SpecificRecord> T read(Schema schema, byte[] value) {
    try {
      return FakeWire.decode(schema, value);
    } catch (IOException damaged) {
      throw new UncheckedIOException(damaged);
    }
  }
}
