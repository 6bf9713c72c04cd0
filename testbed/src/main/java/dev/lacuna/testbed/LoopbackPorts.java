package dev.lacuna.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback address, below the range from which the system takes ports for
 * outgoing connections: there, a client that keeps reconnecting to a stopped broker sooner or later
 * connects to itself and holds the port.
 */
final class LoopbackPorts {

  /** The address that every local server listens on. */
  static final String HOST = "127.0.0.1";

  private static final int LOWEST = 15_000;
  private static final int BEYOND = 32_000;
  private static final int TRIES = 200;
  private static final int CONNECT_MILLIS = 1000;

  private LoopbackPorts() {}

  /** A port that was free a moment ago. */
  static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
      if (isFree(port)) {
        return port;
      }
    }
    throw new LocalServerException(
        "no free port between %d and %d on %s after %d tries"
            .formatted(LOWEST, BEYOND - 1, HOST, TRIES));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether something listens on a port. */
  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
