package dev.lacuna.worker.kafka;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.utils.Utils;

/** Says what each address of {@code bootstrap.servers} does, after Kafka's client got no answer. */
final class Addresses {
  private static final int TOLD_MAX = 5;

  private Addresses() {}

  /** A sentence for each of the first addresses; takes some seconds where nothing answers. */
  static String tell(Map<String, Object> settings) {
    List<String> told = new ArrayList<>();
    List<String> servers = List.of(settings.get("bootstrap.servers").toString().split(",", -1));
    for (String server : servers.subList(0, Math.min(TOLD_MAX, servers.size()))) {
      told.add(server.strip() + ": " + tell(server.strip(), settings));
    }
    return String.join("; ", told);
  }

  private static String tell(String server, Map<String, Object> settings) {
    String host = Utils.getHost(server);
    Integer port = Utils.getPort(server);
    if (host == null || port == null) {
      return "no address of the form host:port; check bootstrap.servers";
    }
    String unreachable = unreachable(host, port);
    if (unreachable != null) {
      return unreachable + "; check bootstrap.servers, and whether the broker runs";
    }
    String configured =
        settings.getOrDefault("security.protocol", "PLAINTEXT").toString().toUpperCase(Locale.ROOT);
    try {
      Optional<String> spoken = Listener.protocol(new InetSocketAddress(host, port));
      if (spoken.isEmpty()) {
        return "something listens and does not answer as a broker does";
      }
      if (!spoken.get().equals(configured)) {
        return "the listener speaks %s, and kafka.security.protocol is %s: set kafka.security.protocol=%s, or use the port of another listener"
            .formatted(spoken.get(), configured, spoken.get());
      }
    } catch (IOException gone) {
      return reason(gone);
    }
    return advertised(new Node(-1, host, port), settings);
  }

  /** The broker answers here; where it sends its clients may be out of reach. */
  private static String advertised(Node bootstrap, Map<String, Object> settings) {
    List<String> unreachable = new ArrayList<>();
    List<Node> brokers;
    try {
      brokers = Advertised.by(bootstrap, settings);
    } catch (IOException | RuntimeException e) {
      return "a broker listens, and does not answer: " + Diagnosis.of(e, settings);
    }
    for (Node broker : brokers) {
      String reason = unreachable(broker.host(), broker.port());
      if (reason != null) {
        unreachable.add("%s:%d (%s)".formatted(broker.host(), broker.port(), reason));
      }
    }
    return unreachable.isEmpty()
        ? "a broker answers, too late; is it overloaded?"
        : "the broker answers and sends its clients to %s: its advertised.listeners must be reachable from here"
            .formatted(String.join(", ", unreachable));
  }

  /** Why nothing can be connected to; null if it can. */
  private static String unreachable(String host, int port) {
    InetAddress[] found;
    try {
      found = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return "the host name is unknown";
    }
    String reason = null;
    for (InetAddress address : found) {
      try {
        Listener.connect(new InetSocketAddress(address, port)).close();
        return null;
      } catch (IOException e) {
        reason = reason(e);
      }
    }
    return reason;
  }

  private static String reason(IOException failed) {
    if (failed instanceof SocketTimeoutException) {
      return "no connection within 2 s";
    }
    if (failed instanceof NoRouteToHostException) {
      return "no route to the host";
    }
    return failed instanceof ConnectException
            && String.valueOf(failed.getMessage()).contains("refused")
        ? "connection refused"
        : String.valueOf(failed.getMessage());
  }
}
