package dev.lacuna.topology.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

class HostTest {

  @Test
  void shouldSayWhatTheMachineLacksWhenAStoreCantBeWritten() {
    Throwable full =
        new StreamsException(
            new ProcessorStateException(
                "Error while executing put",
                new RocksDBException("While appending to file: x.log: No space left on device")));
    assertThat(HostFailure.orSelf(full))
        .isInstanceOf(HostFailure.class)
        .hasToString("the disk of state.dir is full: make room, or name a folder on another one")
        .hasCause(full);
    assertThat(HostFailure.orSelf(new StreamsException(new IOException("Too many open files"))))
        .hasMessageContaining("ulimit -n");
  }

  @Test
  void shouldLeaveOtherFailuresAlone() {
    Throwable other = new StreamsException(new RuntimeException((String) null));
    assertThat(HostFailure.orSelf(other)).isSameAs(other);
  }

  @Test
  void shouldCountDescriptorsByTasks() {
    assertThat(Descriptors.needed(8)).isGreaterThan(417); // counted in a worker with 8 tasks
    assertThat(Descriptors.problem(256)).isEmpty();
    assertThat(Descriptors.warning(256, 8).orElseThrow())
        .contains("256 files", "8 partitions", "ulimit -n " + Descriptors.needed(8));
    assertThat(Descriptors.warning(1024, 8)).isEmpty();
    assertThat(Descriptors.problem(100).orElseThrow())
        .contains("100 files", "ulimit -n " + Descriptors.needed(1));
  }
}
