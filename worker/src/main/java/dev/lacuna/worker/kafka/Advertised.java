package dev.lacuna.worker.kafka;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.BootstrapConfiguration;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;

/**
 * Asks one address, with the user's own security settings, where the brokers say they are. The
 * public clients go there by themselves and report a mere timeout if they can't.
 */
final class Advertised {
  private static final int PATIENCE_MILLIS = 5_000;
  private static final int BUFFER_BYTES = 64 * 1024;

  private Advertised() {}

  /**
   * The brokers of the cluster, where they are said to be.
   *
   * @throws IOException if the address does not answer
   */
  static List<Node> by(Node bootstrap, Map<String, Object> settings) throws IOException {
    AdminClientConfig config = new AdminClientConfig(settings);
    Time time = Time.SYSTEM;
    LogContext log = new LogContext();
    ChannelBuilder channels = ClientUtils.createChannelBuilder(config, time, log);
    try (Metrics metrics = new Metrics();
        Selector selector =
            new Selector(2L * PATIENCE_MILLIS, metrics, time, "lacuna-probe", channels, log);
        NetworkClient client = client(selector, time, log)) {
      if (!NetworkClientUtils.awaitReady(client, bootstrap, time, PATIENCE_MILLIS)) {
        throw new IOException("no answer within " + PATIENCE_MILLIS / 1000 + " s");
      }
      ClientResponse response =
          NetworkClientUtils.sendAndReceive(
              client,
              client.newClientRequest(
                  bootstrap.idString(),
                  new MetadataRequest.Builder(List.of(), false),
                  time.milliseconds(),
                  true),
              time);
      return List.copyOf(((MetadataResponse) response.responseBody()).brokers());
    }
  }

  private static NetworkClient client(Selector selector, Time time, LogContext log) {
    return new NetworkClient(
        selector,
        new ManualMetadataUpdater(),
        "lacuna-probe",
        1,
        100,
        1000,
        BUFFER_BYTES,
        BUFFER_BYTES,
        PATIENCE_MILLIS,
        PATIENCE_MILLIS,
        PATIENCE_MILLIS,
        time,
        true,
        new ApiVersions(),
        log,
        MetadataRecoveryStrategy.NONE,
        BootstrapConfiguration.DISABLED,
        false);
  }
}
