package dev.lacuna.worker.config;

import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.topology.process.TopologySettings.DocumentLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Every configuration key with its type, default, bounds and help. */
public final class ConfigKeys {

  /** Begins the environment variables that set a key. */
  public static final String ENVIRONMENT_PREFIX = "LACUNA_";

  /** Keys with this prefix go to every Kafka client and to Kafka Streams, without the prefix. */
  public static final String KAFKA_PREFIX = "kafka.";

  /** Keys with this prefix go to the schema registry's client, whole. */
  public static final String REGISTRY_PREFIX = "schema.registry.";

  private static final int MEBIBYTE = 1 << 20;

  /** Most tokens that the length limits can be set to: far beyond any record of Kafka. */
  private static final int LENGTH_MAX = 1 << 24;

  private static final long DAY_MILLIS = 86_400_000L;

  public static final ConfigKey<String> BOOTSTRAP_SERVERS =
      ConfigKey.of(
          "bootstrap.servers", ValueTypes.servers(), "localhost:9092", "Brokers to start from.");

  public static final ConfigKey<String> SCHEMA_REGISTRY_URL =
      ConfigKey.of(
          "schema.registry.url",
          ValueTypes.registryUrls(),
          "http://localhost:8081",
          "Schema registry with Confluent's interface.");

  public static final ConfigKey<Boolean> SCHEMAS_AUTO_REGISTER =
      ConfigKey.of(
          "schemas.auto.register",
          ValueTypes.bool(),
          "false",
          "Registers the schemas at start-up; otherwise `lacuna schemas register` must have done"
              + " so.");

  public static final ConfigKey<String> APPLICATION_ID =
      ConfigKey.of(
          "application.id",
          ValueTypes.kafkaName(),
          "lacuna",
          "Kafka Streams application: workers with equal ids share the work; also the prefix of"
              + " internal topics and transactional ids.");

  public static final ConfigKey<List<TopicCap>> REQUESTS_TOPICS =
      ConfigKey.of(
          "requests.topics",
          ValueTypes.requestTopics(),
          "lacuna.requests",
          "Topics of the requests, each `topic` or `topic=cap`: accepted requests of a worker from"
              + " which it stops reading that topic, `accepted.max` where none is named. A full one"
              + " never holds up another, so that urgent requests pass bulk ones.");

  public static final ConfigKey<String> CONTROL_TOPIC =
      ConfigKey.of(
          "control.topic",
          ValueTypes.kafkaName(),
          "lacuna.control",
          "Topic of the control records; needs as many partitions as each request topic.");

  public static final ConfigKey<String> COMPLETIONS_TOPIC =
      ConfigKey.of(
          "completions.topic",
          ValueTypes.kafkaName(),
          "lacuna.completions",
          "Topic of the completions.");

  public static final ConfigKey<String> TIMINGS_TOPIC =
      ConfigKey.of(
          "timings.topic", ValueTypes.kafkaName(), "lacuna.timings", "Topic of the step timings.");

  public static final ConfigKey<String> DEAD_LETTERS_TOPIC =
      ConfigKey.of(
          "dead.letters.topic",
          ValueTypes.kafkaName(),
          "lacuna.dead-letters",
          "Topic of the records that no try can decode.");

  public static final ConfigKey<Integer> TOPICS_PARTITIONS =
      ConfigKey.of(
          "topics.partitions",
          ValueTypes.integer(1, 10_000),
          "6",
          "Partitions of each topic that `lacuna topics create` creates: the most workers that can"
              + " share the work.");

  public static final ConfigKey<Integer> TOPICS_REPLICATION_FACTOR =
      ConfigKey.of(
          "topics.replication.factor",
          ValueTypes.integer(1, 100),
          "3",
          "Replicas of created and of internal topics; 1 loses work with its broker.");

  public static final ConfigKey<Integer> TOPICS_MIN_INSYNC_REPLICAS =
      ConfigKey.computed(
          "topics.min.insync.replicas",
          ValueTypes.integer(1, 100),
          "2, or 1 where there is one replica",
          () -> 2,
          "`min.insync.replicas` of created and of internal topics; at most the replication"
              + " factor.");

  public static final ConfigKey<Map<String, Path>> MODEL_DIR =
      ConfigKey.computed(
          "model.dir",
          ValueTypes.models(),
          "the demo model",
          () -> Map.of("demo-model", LacunaHome.demoModel()),
          "Model folders (checkpoints, imported models, plain ONNX models), each `folder` or"
              + " `name=folder`; requests name a model by its name, otherwise the folder's.");

  public static final ConfigKey<String> DEFAULT_MODEL =
      ConfigKey.computed(
          "model.default",
          ValueTypes.anyText(),
          "the first of `model.dir`",
          () -> "",
          "Name of the model of a request that names none.");

  public static final ConfigKey<String> DEVICE =
      ConfigKey.of(
          "device",
          ValueTypes.device(),
          "auto",
          "Where the models run; auto falls back to the CPU with a warning, cuda fails.");

  public static final ConfigKey<String> DTYPE =
      ConfigKey.of(
          "dtype",
          ValueTypes.choice("auto", "fp32", "fp16", "int8"),
          "auto",
          "Numbers of the models' matrices; auto: those that a model was imported in, fp32 for a"
              + " checkpoint. int8 is for CPUs: faster, a little less accurate.");

  public static final ConfigKey<Long> GPU_MEMORY_MAX_BYTES =
      ConfigKey.of(
          "gpu.memory.max.bytes",
          ValueTypes.bytes(0, Long.MAX_VALUE),
          "0",
          "Most that ONNX Runtime's arena may take of a GPU's memory; 0: all that is free.");

  public static final ConfigKey<String> GPU_CPU_NODES =
      ConfigKey.of(
          "gpu.cpu.nodes",
          ValueTypes.choice("warn", "refuse"),
          "warn",
          "What to do where parts of a model would run on the CPU though it runs on a GPU.");

  public static final ConfigKey<Integer> SLOTS =
      ConfigKey.of(
          "slots",
          ValueTypes.slots(),
          "auto",
          "Most rows of a batch: canvases that share a forward pass; auto: as many as saturate the"
              + " device, which a second of forward passes at start finds out.");

  public static final ConfigKey<Integer> THREADS =
      ConfigKey.of(
          "threads",
          ValueTypes.integer(0, 1024),
          "0",
          "Threads of a forward pass on the CPU; 0: one for each processor.");

  public static final ConfigKey<Integer> STEPS_MAX =
      ConfigKey.of(
          "steps.max",
          ValueTypes.integer(1, 65_536),
          Integer.toString(ModelLimits.DEFAULT.steps()),
          "Most denoising steps of a pass that a request may ask for.");

  public static final ConfigKey<Integer> BLANK_TOKENS_MAX =
      ConfigKey.of(
          "blank.tokens.max",
          ValueTypes.integer(1, LENGTH_MAX),
          Integer.toString(ModelLimits.DEFAULT.blankTokens()),
          "Most tokens of one blank; one longer than a canvas is generated block after block.");

  public static final ConfigKey<Integer> DOCUMENT_TOKENS_MAX =
      ConfigKey.of(
          "document.tokens.max",
          ValueTypes.integer(1, LENGTH_MAX),
          Integer.toString(ModelLimits.DEFAULT.documentTokens()),
          "Most tokens of a document, blanks included; one longer than a canvas is filled in"
              + " passes.");

  public static final ConfigKey<Integer> ACCEPTED_MAX =
      ConfigKey.of(
          "accepted.max",
          ValueTypes.integer(1, 1_000_000),
          "256",
          "Accepted requests of a worker, of each request topic without a cap of its own, from which"
              + " it stops reading more: the backlog stays in Kafka.");

  public static final ConfigKey<Duration> DRAIN_INTERVAL =
      ConfigKey.of(
          "drain.interval.ms",
          ValueTypes.millis(1, 60_000),
          "10",
          "Least time between two looks for what can be published; a finished run prompts one.");

  public static final ConfigKey<Duration> DRAIN_MAX =
      ConfigKey.of(
          "drain.max.ms",
          ValueTypes.millis(1, 10_000),
          "250",
          "Longest time of one drain on the stream thread.");

  public static final ConfigKey<Duration> CHECKPOINT_DEVICE =
      ConfigKey.of(
          "checkpoint.device.ms",
          ValueTypes.millis(10, 3_600_000),
          "2000",
          "Device time after which running requests publish their timings and store their progress;"
              + " what a crash may cost.");

  public static final ConfigKey<Integer> CRASH_ATTEMPTS_MAX =
      ConfigKey.of(
          "crash.attempts.max",
          ValueTypes.integer(1, 1000),
          "5",
          "Times that a request may take a worker down with it, running alone, before it is answered"
              + " FAILED.");

  public static final ConfigKey<String> MODEL_CHANGED =
      ConfigKey.of(
          "model.changed",
          ValueTypes.choice("fail", "wait"),
          "fail",
          "What becomes of accepted requests where model, number format, runtime or device are no"
              + " longer those that they were begun with: FAILED, or they wait for a worker that has"
              + " them.");

  public static final ConfigKey<String> DEADLINE_REFUSE =
      ConfigKey.of(
          "deadline.refuse",
          ValueTypes.choice("off", "alone", "backlog"),
          "off",
          "Requests answered EXPIRED when they are read, since their deadline is out of reach by what"
              + " forward passes were measured to cost: alone, of a device with nothing else to do;"
              + " backlog, behind what is accepted already. A passed deadline always is.");

  public static final ConfigKey<String> DUPLICATES =
      ConfigKey.of(
          "duplicates",
          ValueTypes.choice("ignore", "dead-letter"),
          "ignore",
          "What becomes of a request whose id is pending, or answered and remembered, besides being"
              + " counted.");

  public static final ConfigKey<Duration> COMPLETED_RETENTION =
      ConfigKey.of(
          "completed.retention.ms",
          ValueTypes.millis(0, 365 * DAY_MILLIS),
          "0",
          "How long the id of an answered request is remembered, whatever its status, so that it is"
              + " not answered again; 0: not at all.");

  public static final ConfigKey<String> FAIRNESS_LABEL =
      ConfigKey.computed(
          "fairness.label",
          ValueTypes.anyText(),
          "none",
          () -> "",
          "Name of a label: the requests of each of its values share the device fairly with those of"
              + " the others, however many they are.");

  public static final ConfigKey<Map<String, Double>> FAIRNESS_WEIGHTS =
      ConfigKey.computed(
          "fairness.weights",
          ValueTypes.weights(),
          "none",
          Map::of,
          "Weights of values of `fairness.label`, as `gold=4,free=0.5`: one of twice the weight gets"
              + " twice the time while both have work. All others, and requests without the label,"
              + " weigh 1.");

  public static final ConfigKey<Duration> PRIORITY_AGING =
      ConfigKey.of(
          "priority.aging.ms",
          ValueTypes.millis(0, 365 * DAY_MILLIS),
          "60000",
          "For every so much time since its acceptance a request's priority rises by one; 0: never.");

  public static final ConfigKey<Duration> CANCEL_RETENTION =
      ConfigKey.of(
          "cancel.retention.ms",
          ValueTypes.millis(0, 365 * DAY_MILLIS),
          Long.toString(DAY_MILLIS),
          "How long the cancellation of an id not yet seen is remembered.");

  public static final ConfigKey<Integer> ENTRY_MAX_BYTES =
      ConfigKey.of(
          "entry.max.bytes",
          ValueTypes.integer(1024, 512 * MEBIBYTE),
          "1000000",
          "Largest stored entry of a request; also bounds the requests that `topics create` allows.");

  public static final ConfigKey<Integer> COMPLETION_MAX_BYTES =
      ConfigKey.of(
          "completion.max.bytes",
          ValueTypes.integer(1024, 512 * MEBIBYTE),
          "1000000",
          "Largest completion that a request may lead to; greater ones are refused at intake.");

  public static final ConfigKey<Integer> HEADERS_MAX_BYTES =
      ConfigKey.of(
          "headers.max.bytes",
          ValueTypes.integer(0, MEBIBYTE),
          "16384",
          "Keys and values of a request's headers together.");

  public static final ConfigKey<Integer> SAMPLES_MAX =
      ConfigKey.of(
          "samples.max",
          ValueTypes.integer(1, 1024),
          "16",
          "Most samples that are generated for one request.");

  public static final ConfigKey<Integer> DOCUMENT_MAX_BYTES =
      ConfigKey.of(
          "document.max.bytes",
          ValueTypes.integer(1, 512 * MEBIBYTE),
          Integer.toString(DocumentLimits.DEFAULT.documentMaxBytes()),
          "Most UTF-8 bytes of a document's texts; checked before they are tokenized, which takes"
              + " time on the thread that reads requests.");

  public static final ConfigKey<Integer> BLANKS_MAX =
      ConfigKey.of(
          "blanks.max",
          ValueTypes.integer(1, LENGTH_MAX),
          Integer.toString(DocumentLimits.DEFAULT.blanksMax()),
          "Most blanks of a document; of texts and blanks together at most twice as many and one.");

  public static final ConfigKey<Integer> BLANK_NAME_MAX_BYTES =
      ConfigKey.of(
          "blank.name.max.bytes",
          ValueTypes.integer(0, MEBIBYTE),
          Integer.toString(DocumentLimits.DEFAULT.blankNameMaxBytes()),
          "Most UTF-8 bytes of a blank's name.");

  public static final ConfigKey<Integer> LABELS_MAX_BYTES =
      ConfigKey.of(
          "labels.max.bytes",
          ValueTypes.integer(0, MEBIBYTE),
          Integer.toString(DocumentLimits.DEFAULT.labelsMaxBytes()),
          "Keys and values of a request's labels together, in UTF-8 bytes.");

  public static final ConfigKey<Integer> STREAM_THREADS =
      ConfigKey.of(
          "stream.threads",
          ValueTypes.integer(1, 64),
          "1",
          "Kafka Streams threads of a worker; they share its engine.");

  public static final ConfigKey<Path> STATE_DIR =
      ConfigKey.computed(
          "state.dir",
          ValueTypes.path(),
          "`.lacuna/state` in the home folder",
          () -> Path.of(System.getProperty("user.home"), ".lacuna", "state"),
          "Folder of the local stores; each worker process on a machine needs its own.");

  public static final ConfigKey<String> WORKER_ID =
      ConfigKey.computed(
          "worker.id",
          ValueTypes.kafkaName(),
          "host name",
          ConfigKeys::hostName,
          "Names this process in step timings and client ids.");

  public static final ConfigKey<Duration> SHUTDOWN_TIMEOUT =
      ConfigKey.of(
          "shutdown.timeout.ms",
          ValueTypes.millis(0, 3_600_000),
          "20000",
          "Longest time that a clean stop may take.");

  public static final ConfigKey<String> LOG_FORMAT =
      ConfigKey.of(
          "log.format", ValueTypes.choice("plain", "json"), "plain", "Form of the log on stderr.");

  public static final ConfigKey<String> LOG_LEVEL =
      ConfigKey.of(
          "log.level",
          ValueTypes.choice("trace", "debug", "info", "warn", "error"),
          "info",
          "Least severe log events of Lacuna shown; Kafka's own from warn.");

  private static final List<ConfigKey<?>> ALL =
      List.of(
          BOOTSTRAP_SERVERS,
          SCHEMA_REGISTRY_URL,
          SCHEMAS_AUTO_REGISTER,
          APPLICATION_ID,
          REQUESTS_TOPICS,
          CONTROL_TOPIC,
          COMPLETIONS_TOPIC,
          TIMINGS_TOPIC,
          DEAD_LETTERS_TOPIC,
          TOPICS_PARTITIONS,
          TOPICS_REPLICATION_FACTOR,
          TOPICS_MIN_INSYNC_REPLICAS,
          MODEL_DIR,
          DEFAULT_MODEL,
          DEVICE,
          DTYPE,
          GPU_MEMORY_MAX_BYTES,
          GPU_CPU_NODES,
          SLOTS,
          THREADS,
          STEPS_MAX,
          BLANK_TOKENS_MAX,
          DOCUMENT_TOKENS_MAX,
          ACCEPTED_MAX,
          DRAIN_INTERVAL,
          DRAIN_MAX,
          CHECKPOINT_DEVICE,
          CRASH_ATTEMPTS_MAX,
          MODEL_CHANGED,
          DEADLINE_REFUSE,
          DUPLICATES,
          COMPLETED_RETENTION,
          FAIRNESS_LABEL,
          FAIRNESS_WEIGHTS,
          PRIORITY_AGING,
          CANCEL_RETENTION,
          ENTRY_MAX_BYTES,
          COMPLETION_MAX_BYTES,
          HEADERS_MAX_BYTES,
          SAMPLES_MAX,
          DOCUMENT_MAX_BYTES,
          BLANKS_MAX,
          BLANK_NAME_MAX_BYTES,
          LABELS_MAX_BYTES,
          STREAM_THREADS,
          STATE_DIR,
          WORKER_ID,
          SHUTDOWN_TIMEOUT,
          LOG_FORMAT,
          LOG_LEVEL);

  private ConfigKeys() {}

  /** All keys in the order of the documentation. */
  public static List<ConfigKey<?>> all() {
    return ALL;
  }

  /** The keys that name one topic of the wire contract each; the requests' may be several. */
  static List<ConfigKey<String>> singleTopics() {
    return List.of(CONTROL_TOPIC, COMPLETIONS_TOPIC, TIMINGS_TOPIC, DEAD_LETTERS_TOPIC);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^a-zA-Z0-9._-]", "-");
    } catch (UnknownHostException e) {
      return "worker"; // A machine without a name of its own; the id only labels timings.
    }
  }
}
