package dev.lacuna.chaos;

import dev.lacuna.chaos.Cluster.Topics;
import java.time.Duration;
import java.util.Properties;

/**
 * An application's topics and the configuration of its workers.
 *
 * @param id {@code application.id}
 */
record Application(String id, Topics topics, Properties settings) {
  private static final int PARTITIONS = 4;

  /** Creates the topics. */
  static Application create(Cluster cluster, String id) throws Exception {
    Topics topics = cluster.create(id, PARTITIONS);
    Properties settings = new Properties();
    settings.setProperty("bootstrap.servers", cluster.broker().bootstrapServers());
    settings.setProperty("schema.registry.url", cluster.gateway().url());
    // Longer than a lie, and short enough that hostile records do not hold a worker's few places.
    settings.setProperty("schema.unknown.retry.ms", "15000");
    settings.setProperty("schemas.auto.register", "true");
    settings.setProperty("application.id", id);
    settings.setProperty("requests.topics", topics.requests());
    settings.setProperty("control.topic", topics.control());
    settings.setProperty("completions.topic", topics.completions());
    settings.setProperty("timings.topic", topics.timings());
    settings.setProperty("dead.letters.topic", topics.deadLetters());
    settings.setProperty("topics.replication.factor", "1");
    settings.setProperty("model.dir", cluster.model().toString());
    settings.setProperty("slots", "4");
    settings.setProperty("threads", "1");
    settings.setProperty("checkpoint.device.ms", "300");
    settings.setProperty("duplicates", "dead-letter");
    settings.setProperty("requests.partition.mismatch", "rekey");
    settings.setProperty("fairness.label", "tenant");
    // Longer than the run and all jumps of clocks: a duplicate is never taken for a new request.
    settings.setProperty("completed.retention.ms", Long.toString(Duration.ofDays(30).toMillis()));
    settings.setProperty("cancel.retention.ms", "20000");
    // A dead or stopped worker's partitions move on after this time; the broker's least is 6 s.
    settings.setProperty("kafka.session.timeout.ms", "6000");
    settings.setProperty("kafka.heartbeat.interval.ms", "1000");
    return new Application(id, topics, settings);
  }

  /** Workers as the plan has them. */
  Application with(Plan plan) {
    settings.setProperty("accepted.max", Integer.toString(plan.acceptedMax()));
    settings.setProperty("drain.interval.ms", Integer.toString(plan.drainMillis()));
    settings.setProperty("checkpoint.device.ms", Integer.toString(plan.checkpointMillis()));
    settings.setProperty("kafka.max.poll.records", "4");
    settings.setProperty("kafka.buffered.records.per.partition", "4");
    return this;
  }
}
