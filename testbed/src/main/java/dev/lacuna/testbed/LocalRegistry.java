package dev.lacuna.testbed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * A real schema registry (Apicurio, with its Confluent-compatible interface) in a child process on
 * the loopback address: for the demo, all in memory, and for tests. {@link #close} leaves nothing
 * behind, and neither does the end of this process, whatever way it ends.
 *
 * <p>The registry is no library of ours: the build unpacks it into a folder, which is looked for at
 * the system property {@code lacuna.registry.home}, then at {@code registry} below {@code
 * lacuna.home}.
 *
 * <p>Threading: any thread may call any method; they take turns, but for {@link #close}, which cuts
 * a start short.
 */
public final class LocalRegistry implements AutoCloseable {

  /** System property: the folder that holds the registry's runner jar. */
  public static final String HOME_PROPERTY = "lacuna.registry.home";

  /** System property: the folder of the unpacked distribution. */
  public static final String DISTRIBUTION_PROPERTY = "lacuna.home";

  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);
  private static final int HTTP_OK = 200;

  private final ChildServer server;
  private final int port = LoopbackPorts.free();
  private final Path runner;
  private final boolean durable;

  private LocalRegistry(ChildServer server, Path runner, boolean durable) {
    this.server = server;
    this.runner = runner;
    this.durable = durable;
  }

  /**
   * Starts a registry and waits until it serves.
   *
   * @param parent folder in which the registry's own is made
   * @throws LocalServerException if it is not found or does not start; the message has the end of
   *     its log
   */
  public static LocalRegistry start(Path parent) {
    return start(parent, false);
  }

  /** As {@link #start(Path)}, with schemas in a file: their ids outlive {@link #restart}. */
  public static LocalRegistry startDurable(Path parent) {
    return start(parent, true);
  }

  private static LocalRegistry start(Path parent, boolean durable) {
    LocalRegistry registry =
        new LocalRegistry(new ChildServer(parent, "registry"), findRunner(), durable);
    registry.server.open(registry::launch);
    return registry;
  }

  /** Value of {@code schema.registry.url}. */
  public String url() {
    return "http://" + LoopbackPorts.HOST + ":" + port + "/apis/ccompat/v7";
  }

  /** The process. */
  public synchronized Process process() {
    return server.child().process();
  }

  /** Ends the registry at once (SIGKILL); what was registered is lost, unless it is durable. */
  public synchronized void kill() {
    server.child().kill();
  }

  /** Starts a killed registry again on the same port, and waits until it serves. */
  public synchronized void restart() {
    server.child().kill();
    launch();
  }

  private synchronized void launch() {
    ChildJvm child =
        server.launch(
            new ChildJvm.Command(
                "schema registry", options(), runner.toString(), List.of(mainClass(runner))));
    child.awaitReady(() -> LoopbackPorts.accepts(port), READY_LIMIT);
    HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_LIMIT).build();
    child.awaitReady(() -> answers(http), READY_LIMIT);
  }

  private List<String> options() {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx192m",
                "-Dquarkus.http.host=" + LoopbackPorts.HOST,
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.log.level=WARN",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
    if (durable) {
      // Written at once, since the process is killed.
      options.add(
          "-Dapicurio.datasource.url=jdbc:h2:file:"
              + server.folder().resolve("schemas")
              + ";WRITE_DELAY=0");
    }
    return options;
  }

  private boolean answers(HttpClient http) {
    HttpRequest subjects =
        HttpRequest.newBuilder(URI.create(url() + "/subjects")).timeout(PROBE_LIMIT).build();
    try {
      return http.send(subjects, HttpResponse.BodyHandlers.discarding()).statusCode() == HTTP_OK;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends the registry and deletes its folder. */
  @Override
  public void close() {
    server.close();
  }

  private static Path findRunner() {
    List<Path> places = new ArrayList<>();
    String home = System.getProperty(HOME_PROPERTY);
    if (home != null) {
      places.add(Path.of(home));
    }
    String distribution = System.getProperty(DISTRIBUTION_PROPERTY);
    if (distribution != null) {
      places.add(Path.of(distribution, "registry"));
    }
    return places.stream()
        .flatMap(place -> runnerIn(place).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new LocalServerException(
                    "no schema registry was found in %s: build the distribution (mvn package), or set -D%s to the folder that holds apicurio-registry-app-*-runner.jar"
                        .formatted(places, HOME_PROPERTY)));
  }

  private static Optional<Path> runnerIn(Path place) {
    if (!Files.isDirectory(place)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(place, "*-runner.jar")) {
      for (Path jar : jars) {
        return Optional.of(jar.toAbsolutePath());
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalServerException("the folder " + place + " can't be read", e);
    }
  }

  private static String mainClass(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
    } catch (IOException e) {
      throw new LocalServerException("the schema registry's jar can't be read: " + jar, e);
    }
  }
}
