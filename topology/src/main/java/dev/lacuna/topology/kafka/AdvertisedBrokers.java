package dev.lacuna.topology.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;

/**
 * Why a cluster does not answer. A client asks a bootstrap server once where the brokers are, and
 * from then on knows the advertised addresses alone: where these lead elsewhere, everything times
 * out, and nothing says that somebody has answered.
 */
public final class AdvertisedBrokers {
  private static final int ANSWER_MAX_MILLIS = 5_000;
  private static final int CONNECT_MAX_MILLIS = 2_000;

  private AdvertisedBrokers() {}

  /**
   * Asks anew, and tries to reach what is advertised. Takes some seconds.
   *
   * @param admin settings of an admin client
   * @return a sentence with the addresses; empty if the brokers can be reached by now
   */
  public static String sentence(Map<String, Object> admin) {
    Map<String, Object> settings = new HashMap<>(admin);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MAX_MILLIS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MAX_MILLIS);
    Object servers = settings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    try (Admin fresh = Admin.create(settings)) {
      Collection<Node> nodes =
          fresh.describeCluster().nodes().get(2L * ANSWER_MAX_MILLIS, TimeUnit.MILLISECONDS);
      List<String> elsewhere =
          nodes.stream()
              .filter(node -> !reached(node))
              .map(node -> node.host() + ":" + node.port())
              .sorted()
              .toList();
      return elsewhere.isEmpty()
          ? ""
          : " A broker of "
              + servers
              + " answered and says that brokers are at "
              + String.join(", ", elsewhere)
              + ", which can't be reached from here: check the brokers' advertised.listeners.";
    } catch (ExecutionException | TimeoutException | KafkaException away) {
      return " No broker answers at " + servers + ": check bootstrap.servers.";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static boolean reached(Node node) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(node.host(), node.port()), CONNECT_MAX_MILLIS);
      return true;
    } catch (IOException away) {
      return false;
    }
  }
}
