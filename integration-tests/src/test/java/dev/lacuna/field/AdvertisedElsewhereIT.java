package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A broker answers at its bootstrap address and sends its clients elsewhere. */
class AdvertisedElsewhereIT {
  private static final Duration LIMIT = Duration.ofSeconds(180);

  @Test
  void shouldNameTheAdvertisedAddressThatCantBeReached() throws Exception {
    try (BrokerCluster broker =
            BrokerCluster.startElsewhere(
                Servers.shared().folder().resolve("elsewhere"), "127.0.0.1:9");
        Pipeline pipeline = new Pipeline("elsewhere-worker", 1, Servers.tinyModel())) {
      pipeline.set("bootstrap.servers", broker.bootstrapServers());
      WorkerProcess worker = pipeline.worker("a");
      Pipeline.await("worker ends", LIMIT, () -> !worker.alive());

      assertThat(worker.exitValue()).isEqualTo(1);
      assertThat(worker.log())
          .contains("A broker of " + broker.bootstrapServers() + " answered")
          .contains("brokers are at 127.0.0.1:9, which can't be reached from here")
          .contains("advertised.listeners")
          .doesNotContain("\tat ");
    }
  }
}
