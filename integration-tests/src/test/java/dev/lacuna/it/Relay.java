package dev.lacuna.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that leads to a server until it is cut: who comes then is refused, as by a server that is
 * away. The server itself stays, for other tests.
 *
 * <p>Threading: any thread may call any method; two threads for each connection.
 */
public final class Relay implements AutoCloseable {

  private final URI target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final int port;
  private ServerSocket server;

  public Relay(String url) throws IOException {
    target = URI.create(url);
    server = listen(0);
    port = server.getLocalPort();
  }

  /** The target's address by way of this port. */
  public String url() {
    return "http://127.0.0.1:" + port + target.getPath();
  }

  /** Ends all connections and refuses new ones. */
  public synchronized void cut() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  /** Lets connections through again. */
  public synchronized void mend() throws IOException {
    server = listen(port);
  }

  private ServerSocket listen(int at) throws IOException {
    ServerSocket listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
    start(() -> accept(listening));
    return listening;
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        Socket from = listening.accept();
        Socket to = new Socket(target.getHost(), target.getPort());
        keep(listening, from, to);
        start(() -> copy(from, to));
        start(() -> copy(to, from));
      }
    } catch (IOException closed) {
      // cut
    }
  }

  /** What is accepted while the port is cut is cut too. */
  private synchronized void keep(ServerSocket listening, Socket from, Socket to)
      throws IOException {
    if (listening.isClosed()) {
      from.close();
      to.close();
    } else {
      open.add(from);
      open.add(to);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // by either side
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
