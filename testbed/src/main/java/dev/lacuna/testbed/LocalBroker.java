package dev.lacuna.testbed;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * A real Kafka broker of one node, in a child process on the loopback address with a temporary
 * folder: for the demo and for tests. {@link #close} leaves nothing behind, and neither does the
 * end of this process, whatever way it ends.
 *
 * <p>Kafka's server is on no class path of ours: the build copies it into a folder, which the
 * system property {@code lacuna.broker.home} names.
 *
 * <p>Threading: any thread may call any method; they take turns, but for {@link #close}, which cuts
 * a start short.
 */
public final class LocalBroker implements AutoCloseable {

  /** System property: the folder that holds the jars of Kafka's server. */
  public static final String HOME_PROPERTY = "lacuna.broker.home";

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);

  private final ChildServer server;
  private final int port;
  private final List<Listener> further;
  private final List<String> settings;
  private final String clusterId = Uuid.randomUuid().toString();

  /**
   * A listener beside the plain one.
   *
   * @param name upper case
   * @param protocol a {@code security.protocol}
   * @param port where it listens
   * @param advertised the {@code host:port} that clients are sent to
   */
  public record Listener(String name, String protocol, int port, String advertised) {

    /** A listener on a free port, which clients are sent to as they should be. */
    public static Listener of(String name, String protocol) {
      int port = LoopbackPorts.free();
      return new Listener(name, protocol, port, LoopbackPorts.HOST + ":" + port);
    }

    /** The same, which sends its clients elsewhere. */
    public Listener advertising(String elsewhere) {
      return new Listener(name, protocol, port, elsewhere);
    }

    /** Value of {@code bootstrap.servers}. */
    public String bootstrapServers() {
      return LoopbackPorts.HOST + ":" + port;
    }
  }

  private LocalBroker(ChildServer server, int port, List<Listener> further, List<String> settings) {
    this.server = server;
    this.port = port;
    this.further = List.copyOf(further);
    this.settings = List.copyOf(settings);
  }

  /**
   * Starts a broker and waits until it serves.
   *
   * @param parent folder in which the broker's own is made
   * @throws LocalServerException if it does not start; the message has the end of its log
   */
  public static LocalBroker start(Path parent) {
    return start(parent, List.of(), List.of());
  }

  /**
   * The same with further listeners and settings.
   *
   * @param settings lines of {@code server.properties}; later ones win
   */
  public static LocalBroker start(Path parent, List<Listener> further, List<String> settings) {
    LocalBroker broker =
        new LocalBroker(new ChildServer(parent, "broker"), LoopbackPorts.free(), further, settings);
    broker.server.open(broker::configureAndStart);
    return broker;
  }

  private void configureAndStart() {
    try {
      Files.writeString(properties(), serverProperties(server.folder()));
    } catch (IOException e) {
      throw new LocalServerException("the broker's folder can't be written", e);
    }
    restart();
  }

  /** Value of {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return LoopbackPorts.HOST + ":" + port;
  }

  /** The running process, or the last one if it was stopped. */
  public synchronized Process process() {
    return server.child().process();
  }

  /** Stops the broker in order (SIGTERM); its folder and port stay. */
  public synchronized void stop() {
    server.child().stop(STOP_GRACE);
  }

  /** Ends the broker at once (SIGKILL); its folder and port stay. */
  public synchronized void kill() {
    server.child().kill();
  }

  /** Starts the broker again with the same folder and port, and waits until it serves. */
  public synchronized void restart() {
    ChildJvm last = server.child();
    if (last != null && last.process().isAlive()) {
      last.stop(STOP_GRACE);
    }
    ChildJvm child =
        server.launch(
            new ChildJvm.Command(
                "broker",
                List.of(
                    "-Xms64m",
                    "-Xmx256m",
                    "-Dlogback.configurationFile=dev/lacuna/testbed/server-logback.xml"),
                classPath(),
                List.of(BrokerMain.class.getName(), properties().toString(), clusterId)));
    awaitReady(child);
  }

  private static String classPath() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null || !Files.isDirectory(Path.of(home))) {
      throw new LocalServerException(
          "no broker was found%s: build the distribution (mvn package), or set -D%s to the folder that holds Kafka's server"
              .formatted(home == null ? "" : " in " + home, HOME_PROPERTY));
    }
    return Path.of(home).toAbsolutePath() + File.separator + "*";
  }

  private void awaitReady(ChildJvm child) {
    child.awaitReady(() -> LoopbackPorts.accepts(port), READY_LIMIT);
    Map<String, Object> config =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
            AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 50,
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
    try (Admin admin = Admin.create(config)) {
      child.awaitReady(() -> hasNode(admin), READY_LIMIT);
    }
  }

  private static boolean hasNode(Admin admin) {
    try {
      return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends the broker and deletes its folder. */
  @Override
  public void close() {
    server.close();
  }

  private Path properties() {
    return server.folder().resolve("server.properties");
  }

  private String serverProperties(Path folder) {
    int controllerPort = LoopbackPorts.free();
    String host = LoopbackPorts.HOST;
    return String.join(
        "\n",
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.voters=1@" + host + ":" + controllerPort,
        "listeners=PLAINTEXT://"
            + host
            + ":"
            + port
            + ",CONTROLLER://"
            + host
            + ":"
            + controllerPort
            + each(listener -> listener.name() + "://" + listener.bootstrapServers()),
        "advertised.listeners=PLAINTEXT://"
            + host
            + ":"
            + port
            + each(listener -> listener.name() + "://" + listener.advertised()),
        "controller.listener.names=CONTROLLER",
        "inter.broker.listener.name=PLAINTEXT",
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"
            + each(listener -> listener.name() + ":" + listener.protocol()),
        "log.dirs=" + folder.resolve("data").toString().replace('\\', '/'),
        "auto.create.topics.enable=false",
        // A broker that misses its heartbeats is fenced, on a loaded machine too: 9 s, not less,
        // even if a killed one can register again only when its last session is over.
        "broker.session.timeout.ms=9000",
        "broker.heartbeat.interval.ms=500",
        "offsets.topic.replication.factor=1",
        "offsets.topic.num.partitions=1",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "transaction.state.log.num.partitions=1",
        // A dead owner's transaction is rolled back within a second of its timeout, not ten.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000",
        "share.coordinator.state.topic.replication.factor=1",
        "share.coordinator.state.topic.min.isr=1",
        "share.coordinator.state.topic.num.partitions=1",
        "group.initial.rebalance.delay.ms=0",
        "group.streams.initial.rebalance.delay.ms=0",
        "log.cleaner.dedupe.buffer.size=2097152",
        String.join("\n", settings),
        "");
  }

  private String each(Function<Listener, String> part) {
    return further.stream().map(listener -> "," + part.apply(listener)).collect(joining());
  }
}
