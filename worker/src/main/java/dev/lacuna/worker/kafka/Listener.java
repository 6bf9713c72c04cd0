package dev.lacuna.worker.kafka;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Finds out what a port speaks, after Kafka's client got no answer from it. A broker closes the
 * connection on a client with another {@code security.protocol} and says nothing; but to the
 * question for a SASL mechanism that nobody has ({@code SaslHandshake}, version 1) each listener
 * answers in its own way. No secret is sent.
 */
final class Listener {
  private static final int PATIENCE_MILLIS = 2_000;
  private static final short SASL_HANDSHAKE = 17;
  private static final short ILLEGAL_SASL_STATE = 34;
  private static final short UNSUPPORTED_SASL_MECHANISM = 33;
  private static final int ANSWER_MAX_BYTES = 64 * 1024;

  private Listener() {}

  /**
   * What the port speaks, in the words of {@code security.protocol}; empty if it is no listener of
   * a broker's.
   *
   * @throws IOException if it can't be connected to
   */
  static Optional<String> protocol(InetSocketAddress address) throws IOException {
    try (Socket plain = connect(address)) {
      Optional<Boolean> sasl = wantsSasl(plain);
      if (sasl.isPresent()) {
        return Optional.of(sasl.get() ? "SASL_PLAINTEXT" : "PLAINTEXT");
      }
    }
    try (Socket plain = connect(address)) {
      return overTls(plain, address);
    }
  }

  /** Connects, or says in the exception why it can't. */
  static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(address, PATIENCE_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Optional<String> overTls(Socket plain, InetSocketAddress address) {
    try (SSLSocket tls =
        (SSLSocket)
            trusting()
                .getSocketFactory()
                .createSocket(plain, address.getHostString(), address.getPort(), true)) {
      tls.startHandshake();
      Optional<Boolean> sasl = wantsSasl(tls);
      return Optional.of(sasl.orElse(false) ? "SASL_SSL" : "SSL");
    } catch (SSLException refused) {
      String message = String.valueOf(refused.getMessage());
      boolean alert = message.contains("alert") || message.contains("handshake_failure");
      return alert ? Optional.of("SSL") : Optional.empty();
    } catch (IOException | GeneralSecurityException silent) {
      return Optional.empty();
    }
  }

  /** Whether the listener wants SASL; empty if what comes back is no answer of a broker's. */
  private static Optional<Boolean> wantsSasl(Socket socket) {
    try {
      socket.getOutputStream().write(question());
      socket.getOutputStream().flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int bytes = in.readInt();
      if (bytes < Integer.BYTES + Short.BYTES || bytes > ANSWER_MAX_BYTES || in.readInt() != 1) {
        return Optional.empty();
      }
      short error = in.readShort();
      return switch (error) {
        case ILLEGAL_SASL_STATE -> Optional.of(false);
        case UNSUPPORTED_SASL_MECHANISM -> Optional.of(true);
        default -> Optional.empty();
      };
    } catch (IOException closedOrSilent) {
      return Optional.empty();
    }
  }

  /** A request for the mechanism {@code NONE}: header, correlation id 1, no client id. */
  private static byte[] question() {
    byte[] mechanism = "NONE".getBytes(StandardCharsets.UTF_8);
    int bytes = 3 * Short.BYTES + Integer.BYTES + Short.BYTES + mechanism.length;
    return ByteBuffer.allocate(Integer.BYTES + bytes)
        .putInt(bytes)
        .putShort(SASL_HANDSHAKE)
        .putShort((short) 1)
        .putInt(1)
        .putShort((short) -1)
        .putShort((short) mechanism.length)
        .put(mechanism)
        .array();
  }

  /** It is asked which protocol it speaks; who it is matters once something is sent to it. */
  private static SSLContext trusting() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager everybody =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    context.init(null, new TrustManager[] {everybody}, null);
    return context;
  }
}
