package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.text.RunProgress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Keeps a run's events and checks their order. */
final class Recorder implements Consumer<RunEvent> {

  final List<RunEvent> events = new CopyOnWriteArrayList<>();
  final CountDownLatch over = new CountDownLatch(1);

  @Override
  public void accept(RunEvent event) {
    assertThat(over.getCount()).as("nothing comes after the end").isEqualTo(1);
    events.add(event);
    if (!(event instanceof RunEvent.StepDone)) {
      over.countDown();
    }
  }

  List<StepReport> steps() {
    return events.stream()
        .filter(RunEvent.StepDone.class::isInstance)
        .map(event -> ((RunEvent.StepDone) event).report())
        .toList();
  }

  List<Long> sequences() {
    return steps().stream().map(StepReport::batchSequence).toList();
  }

  /** Progress of a run that must have finished. */
  RunProgress finished() {
    RunEvent last = events.get(events.size() - 1);
    assertThat(last).isInstanceOf(RunEvent.Finished.class);
    return ((RunEvent.Finished) last).progress();
  }

  int cancelledAfter() {
    RunEvent last = events.get(events.size() - 1);
    assertThat(last).isInstanceOf(RunEvent.Cancelled.class);
    return ((RunEvent.Cancelled) last).stepsDone();
  }

  /** Why a run that must have failed did. */
  Refusal failed() {
    RunEvent last = events.get(events.size() - 1);
    assertThat(last).isInstanceOf(RunEvent.Failed.class);
    return ((RunEvent.Failed) last).refusal();
  }
}
