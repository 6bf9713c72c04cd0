package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TestParts;
import org.junit.jupiter.api.Test;

/** Who asks Kafka Streams for a commit, and when. */
class CommitTest {
  private final TestParts parts = new TestParts();
  private final TaskLife task = new TaskLife(parts, new TaskLife.Committed());

  private void finish(String id) {
    task.submit(Requests.request(id).build());
    parts.engine.finish();
    task.punctuate(TestParts.DRAIN_INTERVAL);
  }

  @Test
  void shouldAskForNoneWhenNothingWasAnswered() {
    task.submit(Requests.request("a").build());
    task.punctuate(TestParts.DRAIN_INTERVAL);
    assertThat(task.asksForCommit()).isFalse();
  }

  @Test
  void shouldAskAtOnceWhenARequestIsAnswered() {
    finish("a");
    assertThat(task.asksForCommit()).isTrue();
    assertThat(task.scheduled()).as("nothing is left to do").isZero();
  }

  @Test
  void shouldKeepLookingAndAskLaterWhenAnAnswerFollowsTooSoon() {
    finish("a");
    task.commitAsAsked();
    finish("b");
    assertThat(task.asksForCommit()).isFalse();
    assertThat(task.scheduled()).isPositive();

    task.punctuate(TestParts.COMMIT_GAP);
    assertThat(task.asksForCommit()).isTrue();
    assertThat(task.scheduled()).isZero();
  }

  @Test
  void shouldAskAtOnceWhenIntakeRefuses() {
    task.submit(Requests.request("__lacuna.bad").build());
    assertThat(task.asksForCommit()).isTrue();
  }
}
