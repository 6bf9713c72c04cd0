package dev.lacuna.field;

import dev.lacuna.console.command.ParentWatch;
import dev.lacuna.it.Pipeline;
import dev.lacuna.testbed.BrokerMain;
import dev.lacuna.testbed.ChildMain;
import dev.lacuna.testbed.LocalBroker;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * Three brokers that are controllers as well, each in a process of its own on the loopback address,
 * which can be killed and started again; each is a rack of its own, {@code rack-0} and so on, and a
 * reader that names its rack reads from the replica there. Internal topics have three replicas, two
 * of them in sync. Nothing is left when it is closed or this process ends.
 *
 * <p>Threading: owned by the test's thread.
 */
public final class BrokerCluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final String HOST = "127.0.0.1";
  private static final Duration READY = Duration.ofSeconds(120);

  private final Path folder;
  private final String clusterId = Uuid.randomUuid().toString();
  private final List<Integer> ports;
  private final List<Integer> controllerPorts;
  private final Process[] nodes = new Process[NODES];

  private BrokerCluster(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    List<Integer> free = freePorts(2 * NODES);
    ports = free.subList(0, NODES);
    controllerPorts = free.subList(NODES, 2 * NODES);
  }

  /** Starts three brokers and waits until they serve. */
  public static BrokerCluster start(Path folder) throws Exception {
    return started(new BrokerCluster(folder));
  }

  private static BrokerCluster started(BrokerCluster cluster) throws Exception {
    try {
      for (int node = 0; node < cluster.nodes.length; node++) {
        cluster.launch(node);
      }
      cluster.awaitNodes(cluster.nodes.length);
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Value of {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return ports.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
  }

  /** Ends a broker at once (SIGKILL). */
  public void kill(int node) throws InterruptedException {
    nodes[node].destroyForcibly();
    if (!nodes[node].waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("broker " + node + " can't be killed");
    }
  }

  /** Starts a broker again, with the data that it had, and waits until all that run serve. */
  public void restart(int node) throws Exception {
    launch(node);
    awaitNodes((int) Arrays.stream(nodes).filter(Process::isAlive).count());
  }

  /** Starts every broker again that does not run. */
  public void restartDead() throws Exception {
    for (int node = 0; node < NODES; node++) {
      if (!nodes[node].isAlive()) {
        launch(node);
      }
    }
    awaitNodes(NODES);
  }

  /** Waits until the cluster knows so many brokers. */
  public void awaitNodes(int count) throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", bootstrapServers(), "reconnect.backoff.ms", 50))) {
      Pipeline.await(count + " brokers serve", READY, () -> known(admin) == count);
    }
  }

  private int known(Admin admin) throws Exception {
    try {
      return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size();
    } catch (ExecutionException | TimeoutException e) {
      return 0;
    }
  }

  private void launch(int node) throws IOException {
    Path home = Files.createDirectories(folder.resolve("broker-" + node));
    Path properties =
        Files.writeString(home.resolve("server.properties"), serverProperties(node, home));
    String jars =
        Path.of(System.getProperty(LocalBroker.HOME_PROPERTY)).toAbsolutePath()
            + File.separator
            + "*";
    nodes[node] =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dlogback.configurationFile=dev/lacuna/testbed/server-logback.xml",
                "-Dlacuna.child.folder=" + home,
                "-cp",
                String.join(
                    File.pathSeparator, jars, place(ChildMain.class), place(ParentWatch.class)),
                ChildMain.class.getName(),
                BrokerMain.class.getName(),
                properties.toString(),
                clusterId)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    folder.resolve("broker-" + node + ".log").toFile()))
            .start();
  }

  private static String place(Class<?> type) {
    return Path.of(
            java.net.URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private String serverProperties(int node, Path home) {
    String voters =
        IntStream.range(0, nodes.length)
            .mapToObj(i -> i + "@" + HOST + ":" + controllerPorts.get(i))
            .collect(Collectors.joining(","));
    return String.join(
        "\n",
        "process.roles=broker,controller",
        "node.id=" + node,
        "broker.rack=rack-" + node,
        "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector",
        "controller.quorum.voters=" + voters,
        "listeners=PLAINTEXT://%s:%d,CONTROLLER://%s:%d"
            .formatted(HOST, ports.get(node), HOST, controllerPorts.get(node)),
        "advertised.listeners=PLAINTEXT://" + HOST + ":" + ports.get(node),
        "controller.listener.names=CONTROLLER",
        "inter.broker.listener.name=PLAINTEXT",
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs=" + home.resolve("data"),
        "auto.create.topics.enable=false",
        "broker.session.timeout.ms=9000",
        "broker.heartbeat.interval.ms=500",
        "offsets.topic.replication.factor=3",
        "offsets.topic.num.partitions=3",
        "transaction.state.log.replication.factor=3",
        "transaction.state.log.min.isr=2",
        "transaction.state.log.num.partitions=3",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000",
        "group.initial.rebalance.delay.ms=0",
        "log.cleaner.dedupe.buffer.size=2097152",
        "");
  }

  /** Below the range from which the system takes ports for outgoing connections. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      while (held.size() < count) {
        try {
          held.add(
              new ServerSocket(
                  ThreadLocalRandom.current().nextInt(15_000, 32_000),
                  1,
                  InetAddress.getByName(HOST)));
        } catch (IOException taken) {
          // another one
        }
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  /** Ends all brokers; their folder is the caller's. */
  @Override
  public void close() {
    for (Process node : nodes) {
      if (node != null) {
        node.destroyForcibly();
      }
    }
  }
}
