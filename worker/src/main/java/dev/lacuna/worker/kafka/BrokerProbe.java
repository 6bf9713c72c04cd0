package dev.lacuna.worker.kafka;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Asks for an answer before anything else is tried: what the clients say of a broker that is not
 * there names everything but the cause.
 */
public final class BrokerProbe {
  private static final String CURE = "; check bootstrap.servers";

  private BrokerProbe() {}

  /**
   * Returns once a broker has answered.
   *
   * @throws KafkaFailure if none does within the admin client's {@code default.api.timeout.ms}, or
   *     no address can be resolved
   */
  public static void requireAnswer(Config config) {
    Map<String, Object> settings = ClientSettings.admin(config);
    String servers = config.get(ConfigKeys.BOOTSTRAP_SERVERS);
    try (Admin admin = Admin.create(settings)) {
      admin.describeCluster().nodes().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new KafkaFailure(
            "no broker answered at %s within %d s%s".formatted(servers, seconds(settings), CURE));
      }
      throw new KafkaFailure("the broker at " + servers + " refused", e.getCause());
    } catch (KafkaException e) {
      throw unusable(servers, e);
    } catch (InterruptedException e) {
      throw KafkaFailure.interrupted(e);
    }
  }

  private static KafkaFailure unusable(String servers, KafkaException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    boolean unresolved =
        cause instanceof ConfigException && String.valueOf(cause.getMessage()).contains("resolv");
    return unresolved
        ? new KafkaFailure("no host name of " + servers + " can be resolved" + CURE)
        : new KafkaFailure("the settings of the Kafka clients can't be used", cause);
  }

  private static long seconds(Map<String, Object> settings) {
    long millis = Long.parseLong(settings.get("default.api.timeout.ms").toString().strip());
    return Duration.ofMillis(millis).toSeconds();
  }
}
