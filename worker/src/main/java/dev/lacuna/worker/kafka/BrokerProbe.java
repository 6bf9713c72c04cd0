package dev.lacuna.worker.kafka;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Asks for an answer before anything else is tried: what the clients say of a broker that is not
 * there names everything but the cause.
 */
public final class BrokerProbe {
  private static final String PATIENCE = "default.api.timeout.ms";

  /** Unless the user sets how long a client waits: a broker that starts again answers by then. */
  private static final Duration PATIENCE_DEFAULT = Duration.ofSeconds(15);

  private BrokerProbe() {}

  /**
   * Returns once a broker has answered: the cluster's id and the number of its brokers.
   *
   * @throws KafkaFailure if none does within the admin client's {@code default.api.timeout.ms}, 15
   *     s unless that is set, or no client can be made of the settings; the message says what each
   *     address did and what to set
   */
  public static String requireAnswer(Config config) {
    Map<String, Object> settings = ClientSettings.admin(config);
    Duration patience = patience(config);
    String servers = config.get(ConfigKeys.BOOTSTRAP_SERVERS);
    try (Admin admin = Admin.create(settings)) {
      var cluster =
          admin.describeCluster(
              new DescribeClusterOptions().timeoutMs(Math.toIntExact(patience.toMillis())));
      return "cluster %s of %d".formatted(cluster.clusterId().get(), cluster.nodes().get().size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new KafkaFailure(
            "no broker answered at %s within %d s: %s"
                .formatted(servers, patience.toSeconds(), Addresses.tell(settings)));
      }
      throw KafkaFailure.whole(
          "the broker at " + servers + " refused: " + Diagnosis.of(e.getCause(), settings),
          e.getCause());
    } catch (KafkaException e) {
      throw KafkaFailure.whole(
          "no client for " + servers + " can be made: " + Diagnosis.of(e, settings), e);
    } catch (InterruptedException e) {
      throw KafkaFailure.interrupted(e);
    }
  }

  private static Duration patience(Config config) {
    Map<String, String> kafka = config.kafka();
    String asked = kafka.getOrDefault("admin." + PATIENCE, kafka.get(PATIENCE));
    return asked == null ? PATIENCE_DEFAULT : Duration.ofMillis(Long.parseLong(asked));
  }
}
