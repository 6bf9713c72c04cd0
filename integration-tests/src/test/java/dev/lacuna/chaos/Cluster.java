package dev.lacuna.chaos;

import dev.lacuna.field.FaultyRegistry;
import dev.lacuna.testbed.LocalBroker;
import dev.lacuna.testbed.LocalRegistry;
import dev.lacuna.testbed.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Broker, registry and model of a run, in a folder of its own, where the workers' logs stay.
 *
 * <p>Threading: any thread may call any method; kills and restarts of one server take turns.
 */
final class Cluster implements AutoCloseable {
  private final Path folder;
  private final LocalBroker broker;
  private final LocalRegistry registry;
  private final FaultyRegistry gateway;
  private final Path model;
  private final Admin admin;

  /** Starts both servers. */
  Cluster(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    broker = LocalBroker.start(folder);
    registry = LocalRegistry.startDurable(folder);
    gateway = FaultyRegistry.before(registry.url());
    Path home = Path.of(System.getProperty("lacuna.home", "..")).toAbsolutePath();
    model = TinyCheckpoint.write(folder.resolve("tiny-model"), home.resolve("demo-model"));
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  /** The five topics of one application. */
  record Topics(
      String requests, String control, String completions, String timings, String deadLetters) {

    static Topics of(String prefix) {
      return new Topics(
          prefix + ".requests",
          prefix + ".control",
          prefix + ".completions",
          prefix + ".timings",
          prefix + ".dead-letters");
    }

    List<String> all() {
      return List.of(requests, control, completions, timings, deadLetters);
    }
  }

  Topics create(String prefix, int partitions) throws Exception {
    Topics topics = Topics.of(prefix);
    List<NewTopic> created = new ArrayList<>();
    for (String topic : topics.all()) {
      // As "lacuna topics create" does: the clocks of workers are wrong by days.
      boolean input = topic.equals(topics.requests()) || topic.equals(topics.control());
      created.add(
          new NewTopic(topic, partitions, (short) 1)
              .configs(Map.of("message.timestamp.type", input ? "CreateTime" : "LogAppendTime")));
    }
    admin.createTopics(created).all().get();
    return topics;
  }

  LocalBroker broker() {
    return broker;
  }

  LocalRegistry registry() {
    return registry;
  }

  /** By way of which workers ask the registry. */
  FaultyRegistry gateway() {
    return gateway;
  }

  Admin admin() {
    return admin;
  }

  Path model() {
    return model;
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    admin.close();
    gateway.close();
    registry.close();
    broker.close();
  }
}
