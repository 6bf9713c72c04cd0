package dev.lacuna.topology.pending;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.store.Entry;
import dev.lacuna.topology.store.EntryCodec;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.Progress.SampleProgress;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.CompletionStatus;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up the work that an earlier owner left in the stores. Runs go to the engine from their
 * checkpoints once the task has caught up ({@link PendingWork#begin}); nothing is written or
 * forwarded here. A request whose model is not the one it was accepted with would end in other
 * tokens, so it is not restarted: it is answered FAILED, or waits for an owner that has that model.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class Restore {
  private static final Logger log = LoggerFactory.getLogger(Restore.class);

  private final TaskParts parts;
  private final KeyValueStore<String, byte[]> entries;
  private final KeyValueStore<String, byte[]> progress;
  private final Map<String, Integer> waiting = new LinkedHashMap<>(); // by what differs

  /** Restores from these stores. */
  public Restore(
      TaskParts parts,
      KeyValueStore<String, byte[]> entries,
      KeyValueStore<String, byte[]> progress) {
    this.parts = parts;
    this.entries = entries;
    this.progress = progress;
  }

  /** Adds all stored requests. */
  public void into(PendingWork work) {
    try (KeyValueIterator<String, byte[]> all = entries.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> stored = all.next();
        restore(EntryCodec.decode(stored.key, stored.value), work);
      }
    }
    waiting.forEach(
        (why, count) ->
            log.warn("begun requests wait for a worker with their model count={} {}", count, why));
  }

  private void restore(Entry entry, PendingWork work) {
    byte[] stored = progress.get(entry.id());
    Optional<Progress> known = Optional.ofNullable(stored).map(ProgressCodec::decode);
    Checked<Resumed> checked = resume(entry, known);
    if (checked instanceof Checked.Valid<Resumed> valid) {
      Resumed resumed = valid.value();
      Progress done = known.orElseGet(() -> untouched(entry, resumed.plan()));
      work.restore(PendingRequest.restored(entry, resumed.model(), resumed.plan(), done));
    } else if (checked instanceof Checked.Refused<Resumed> refused) {
      Progress done = known.orElse(new Progress(0, 0, 0, false, List.of()));
      refuse(new Unresumable(entry, done, CompletionStatus.FAILED, refused.refusal()), work);
    }
  }

  /** What was cancelled needs no model to end; the rest fails or waits, as configured. */
  private void refuse(Unresumable request, PendingWork work) {
    if (request.progress().cancelled()) {
      work.unresumable().end(request.endingAs(CompletionStatus.CANCELLED));
    } else if (parts.settings().durability().waitsForModel()) {
      work.unresumable().letWait(request);
      waiting.merge(request.refusal().message(), 1, Integer::sum);
    } else {
      work.unresumable().end(request);
    }
  }

  private record Resumed(GenerationModel model, DocumentPlan plan) {}

  private Checked<Resumed> resume(Entry entry, Optional<Progress> known) {
    Optional<GenerationModel> found = parts.models().find(entry.model());
    if (found.isEmpty()) {
      Optional<String> reason = parts.models().unavailable(entry.model());
      return changed(
          entry,
          reason.map(why -> "can't be loaded (" + why + ")").orElse("is no longer served here"));
    }
    GenerationModel model = found.get();
    if (!model.fingerprint().equals(entry.fingerprint())) {
      return changed(
          entry,
          "is now '" + model.fingerprint() + "', it was '" + entry.fingerprint() + "' at intake");
    }
    Checked<DocumentPlan> planned = model.plan(entry.document());
    if (planned instanceof Checked.Valid<DocumentPlan> valid && fits(entry, valid.value(), known)) {
      return Checked.valid(new Resumed(model, valid.value()));
    }
    return changed(entry, "lays this document out differently than at intake");
  }

  private static boolean fits(Entry entry, DocumentPlan plan, Optional<Progress> known) {
    if (Entry.checksum(plan) != entry.planChecksum()) {
      return false;
    }
    List<SampleProgress> samples = known.map(Progress::samples).orElse(List.of());
    return known.isEmpty()
        || (samples.size() == entry.generated()
            && samples.stream()
                .map(SampleProgress::run)
                .allMatch(
                    run ->
                        run.maskTokens().length == plan.maskCount()
                            && run.pass() >= 1
                            && run.pass() <= plan.passes().size()));
  }

  private static Checked<Resumed> changed(Entry entry, String how) {
    return new Checked.Refused<>(
        new Refusal(
            ErrorCodes.MODEL_CHANGED,
            "model",
            "Model '"
                + entry.model()
                + "' "
                + how
                + ", so the rest of this request would not match its beginning: submit it again."));
  }

  private static Progress untouched(Entry entry, DocumentPlan plan) {
    SampleProgress start = new SampleProgress(false, RunProgress.start(plan));
    return new Progress(0, 0, 0, false, Collections.nCopies(entry.generated(), start));
  }
}
