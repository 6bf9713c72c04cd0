package dev.lacuna.field;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A schema registry that lags, lies, hangs, dies or wants other credentials: a proxy on the loopback
 * address before a real one. It is sound until a fault is set, and again after {@link #sound}. What
 * it was asked is kept.
 *
 * <pre>{@code
 * try (FaultyRegistry registry = FaultyRegistry.before(Servers.shared().registryUrl())) {
 *   pipeline.set("schema.registry.url", registry.url());
 *   registry.fault(FaultyRegistry.lags(Duration.ofSeconds(3)));
 * }</pre>
 *
 * <p>Threading: any thread may call any method; a daemon thread for each request.
 */
public final class FaultyRegistry implements AutoCloseable {

  /** A registry's own word that it has no schema of an id. */
  public static final Reply UNKNOWN =
      new Reply(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");

  /** What a gateway that knows JSON says where the registry is not there. */
  public static final Reply GATEWAY =
      new Reply(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");

  private static final Pattern SCHEMA_ID = Pattern.compile("/schemas/ids/(\\d+)$");
  private static final Duration FORWARD_LIMIT = Duration.ofSeconds(30);

  private final String target;
  private final URI path;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyRegistry::daemon);
  private final int port;
  private volatile Fault fault = question -> Optional.empty();
  private volatile String credentials;
  private volatile boolean hangs;
  private HttpServer server;

  /**
   * One request.
   *
   * @param schemaId of the schema that is asked for by its id, if one is
   * @param nanos when it came
   */
  public record Asked(String method, String path, Optional<Integer> schemaId, long nanos) {}

  /** An answer of the proxy's own. */
  public record Reply(int status, String body) {}

  /** What is answered instead of what the real registry would. */
  @FunctionalInterface
  public interface Fault {

    /** The proxy's own answer; empty to ask the real registry. */
    Optional<Reply> reply(Asked question);
  }

  private FaultyRegistry(String url) throws IOException {
    target = url;
    path = URI.create(url);
    server = listen(0);
    port = server.getAddress().getPort();
  }

  /**
   * Before a real registry.
   *
   * @param url the real one's
   */
  public static FaultyRegistry before(String url) throws IOException {
    return new FaultyRegistry(url);
  }

  /** Every schema is unknown by its id until so long after it was first asked for. */
  public static Fault lags(Duration lag) {
    Map<Integer, Long> first = new ConcurrentHashMap<>();
    return question ->
        question
            .schemaId()
            .filter(
                id ->
                    question.nanos() - first.computeIfAbsent(id, unseen -> question.nanos())
                        < lag.toNanos())
            .map(id -> UNKNOWN);
  }

  /** Everything that asks for a schema by its id is answered so. */
  public static Fault ofIds(Reply reply) {
    return question -> question.schemaId().map(id -> reply);
  }

  /** What asks for this schema by its id is answered so. */
  public static Fault ofId(int schemaId, Reply reply) {
    return question -> question.schemaId().filter(id -> id == schemaId).map(id -> reply);
  }

  /** Everything is answered so. */
  public static Fault always(Reply reply) {
    return question -> Optional.of(reply);
  }

  /** The registry's address by way of this proxy. */
  public String url() {
    return "http://127.0.0.1:" + port + path.getPath();
  }

  /** From now on this fault and no other. */
  public FaultyRegistry fault(Fault next) {
    hangs = false;
    fault = next;
    return this;
  }

  /** From now on requests are taken, and none is answered. */
  public void hang() {
    hangs = true;
  }

  /** Only who says so is let in, as HTTP Basic; others are answered 401. Empty for everybody. */
  public void demand(String userAndPassword) {
    credentials =
        userAndPassword.isEmpty()
            ? null
            : "Basic "
                + Base64.getEncoder()
                    .encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  /** No fault any more; credentials are demanded as before, and the dead stay dead. */
  public void sound() {
    fault(question -> Optional.empty());
  }

  /** Nobody listens any more. */
  public synchronized void die() {
    server.stop(0);
  }

  /** Listens again where it did. */
  public synchronized void live() throws IOException {
    server = listen(port);
  }

  /** Requests so far, in the order of their coming. */
  public List<Asked> asked() {
    return asked;
  }

  /** How often a schema was asked for by its id. */
  public long askedFor(int schemaId) {
    return asked.stream().filter(one -> one.schemaId().equals(Optional.of(schemaId))).count();
  }

  private HttpServer listen(int at) throws IOException {
    HttpServer listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), at), 0);
    listening.createContext("/", this::answer);
    listening.setExecutor(threads);
    listening.start();
    return listening;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "faulty-registry");
    thread.setDaemon(true);
    return thread;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Matcher id = SCHEMA_ID.matcher(exchange.getRequestURI().getPath());
      Asked question =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              id.find() ? Optional.of(Integer.valueOf(id.group(1))) : Optional.empty(),
              System.nanoTime());
      asked.add(question);
      while (hangs) {
        Thread.sleep(50);
      }
      Reply reply = reply(exchange, question, body);
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      String type = reply.body().startsWith("<") ? "text/html" : "application/json";
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply reply(HttpExchange exchange, Asked question, byte[] body)
      throws InterruptedException {
    String wanted = credentials;
    if (wanted != null && !wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      return new Reply(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
    }
    Optional<Reply> own = fault.reply(question);
    return own.isPresent() ? own.get() : forward(exchange, body);
  }

  private Reply forward(HttpExchange exchange, byte[] body) throws InterruptedException {
    String query = exchange.getRequestURI().getRawQuery();
    URI uri =
        URI.create(
            target.replace(path.getRawPath(), "")
                + exchange.getRequestURI().getRawPath()
                + (query == null ? "" : "?" + query));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(FORWARD_LIMIT)
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Reply(answer.statusCode(), answer.body());
    } catch (IOException away) {
      return new Reply(502, "<html>bad gateway</html>");
    }
  }

  @Override
  public synchronized void close() {
    hangs = false;
    server.stop(0);
    threads.shutdownNow();
  }
}
