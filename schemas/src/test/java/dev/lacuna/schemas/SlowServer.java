package dev.lacuna.schemas;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Begins an answer and goes on a byte at a time, within any timeout of a read, without an end. */
final class SlowServer implements AutoCloseable {

  private static final long PAUSE_MILLIS = 50;

  private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"));
  private final byte[] head;

  /**
   * Listens.
   *
   * @param head sent at once; then spaces follow
   */
  SlowServer(String head) throws IOException {
    this.head = head.getBytes(StandardCharsets.US_ASCII);
    daemon(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        daemon(() -> answer(socket));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void answer(Socket socket) {
    try (socket;
        OutputStream out = socket.getOutputStream()) {
      out.write(head);
      while (!server.isClosed()) {
        out.write(' ');
        out.flush();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (IOException gone) {
      // the other side has closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "slow");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
