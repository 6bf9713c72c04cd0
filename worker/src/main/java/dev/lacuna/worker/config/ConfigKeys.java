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
          "bootstrap.servers",
          ValueTypes.servers(),
          "localhost:9092",
          "Addresses of the brokers to contact first.");

  public static final ConfigKey<String> SCHEMA_REGISTRY_URL =
      ConfigKey.of(
          "schema.registry.url",
          ValueTypes.registryUrls(),
          "http://localhost:8081",
          "Addresses of a schema registry that has Confluent's API, separated by commas."
              + " Where one gives no answer, the next is asked.");

  public static final ConfigKey<Boolean> SCHEMAS_AUTO_REGISTER =
      ConfigKey.of(
          "schemas.auto.register",
          ValueTypes.bool(),
          "false",
          "The worker registers its schemas when it starts. Otherwise run `lacuna"
              + " schemas register` first.");

  public static final ConfigKey<Duration> SCHEMA_UNKNOWN_RETRY =
      ConfigKey.of(
          "schema.unknown.retry.ms",
          ValueTypes.millis(0, 3_600_000),
          "30000",
          "How long a schema that the registry does not have is asked for again. Its"
              + " records wait so long, for the registry's replicas may lag, and then"
              + " become dead letters `UNKNOWN_SCHEMA`. 0 believes the first answer.");

  public static final ConfigKey<String> APPLICATION_ID =
      ConfigKey.of(
          "application.id",
          ValueTypes.kafkaName(),
          "lacuna",
          "Name of the Kafka Streams application. Workers with the same name share"
              + " the work. The names of internal topics and transactional ids begin with"
              + " it.");

  public static final ConfigKey<List<TopicCap>> REQUESTS_TOPICS =
      ConfigKey.of(
          "requests.topics",
          ValueTypes.requestTopics(),
          "lacuna.requests",
          "Request topics, each `topic` or `topic=cap`. The cap is the most"
              + " accepted requests per worker; without one `accepted.max` applies. A"
              + " worker pauses a topic at its cap and goes on reading the others, so"
              + " urgent requests can pass bulk ones.");

  public static final ConfigKey<String> CONTROL_TOPIC =
      ConfigKey.of(
          "control.topic",
          ValueTypes.kafkaName(),
          "lacuna.control",
          "Topic of control records. It needs as many partitions as each request topic.");

  public static final ConfigKey<String> COMPLETIONS_TOPIC =
      ConfigKey.of(
          "completions.topic",
          ValueTypes.kafkaName(),
          "lacuna.completions",
          "Topic of completions.");

  public static final ConfigKey<String> TIMINGS_TOPIC =
      ConfigKey.of(
          "timings.topic", ValueTypes.kafkaName(), "lacuna.timings", "Topic of step timings.");

  public static final ConfigKey<String> DEAD_LETTERS_TOPIC =
      ConfigKey.of(
          "dead.letters.topic",
          ValueTypes.kafkaName(),
          "lacuna.dead-letters",
          "Topic of records that the worker cannot decode or answer.");

  public static final ConfigKey<Integer> TOPICS_PARTITIONS =
      ConfigKey.of(
          "topics.partitions",
          ValueTypes.integer(1, 10_000),
          "6",
          "Partitions of each topic that `lacuna topics create` creates. At most"
              + " this many workers share the work.");

  public static final ConfigKey<Integer> TOPICS_REPLICATION_FACTOR =
      ConfigKey.of(
          "topics.replication.factor",
          ValueTypes.integer(1, 100),
          "3",
          "Replicas of created and internal topics. With 1, the loss of a broker loses work.");

  public static final ConfigKey<Integer> TOPICS_MIN_INSYNC_REPLICAS =
      ConfigKey.computed(
          "topics.min.insync.replicas",
          ValueTypes.integer(1, 100),
          "2, or 1 where there is one replica",
          () -> 2,
          "`min.insync.replicas` of created and internal topics. It cannot exceed"
              + " the replication factor.");

  public static final ConfigKey<Map<String, Path>> MODEL_DIR =
      ConfigKey.computed(
          "model.dir",
          ValueTypes.models(),
          "the demo model",
          () -> Map.of("demo-model", LacunaHome.demoModel()),
          "Model folders, each `folder` or `name=folder`: checkpoints, imported"
              + " models or plain ONNX models. A request names a model by `name`; without"
              + " one, by the folder's name.");

  public static final ConfigKey<String> DEFAULT_MODEL =
      ConfigKey.computed(
          "model.default",
          ValueTypes.anyText(),
          "the first of `model.dir`",
          () -> "",
          "Model of a request that names none.");

  public static final ConfigKey<String> DEVICE =
      ConfigKey.of(
          "device",
          ValueTypes.device(),
          "auto",
          "Device of the models. `auto` prefers a GPU and falls back to the CPU"
              + " with a warning. `cuda` fails if it cannot be used.");

  public static final ConfigKey<String> DTYPE =
      ConfigKey.of(
          "dtype",
          ValueTypes.choice("auto", "fp32", "fp16", "int8"),
          "auto",
          "Number format of the models' matrices. `auto` keeps the format of an"
              + " imported model and takes fp32 for a checkpoint. `int8` runs on CPUs"
              + " only; it is faster and slightly less accurate.");

  public static final ConfigKey<Long> GPU_MEMORY_MAX_BYTES =
      ConfigKey.of(
          "gpu.memory.max.bytes",
          ValueTypes.bytes(0, Long.MAX_VALUE),
          "0",
          "Most GPU memory that ONNX Runtime's arena takes. 0 sets no limit.");

  public static final ConfigKey<String> GPU_CPU_NODES =
      ConfigKey.of(
          "gpu.cpu.nodes",
          ValueTypes.choice("warn", "refuse"),
          "warn",
          "What to do if a model runs on a GPU and some of its nodes would run on"
              + " the CPU. `warn` logs them; `refuse` does not serve the model.");

  public static final ConfigKey<Integer> SLOTS =
      ConfigKey.of(
          "slots",
          ValueTypes.slots(),
          "auto",
          "Most rows of a batch. A row is a canvas in a forward pass. `auto`"
              + " measures forward passes for a second at start and takes as many rows as"
              + " saturate the device.");

  public static final ConfigKey<Integer> THREADS =
      ConfigKey.of(
          "threads",
          ValueTypes.integer(0, 1024),
          "0",
          "CPU threads of a forward pass. 0 takes one per processor.");

  public static final ConfigKey<Integer> STEPS_MAX =
      ConfigKey.of(
          "steps.max",
          ValueTypes.integer(1, 65_536),
          Integer.toString(ModelLimits.DEFAULT.steps()),
          "Most denoising steps per pass that a request may ask for.");

  public static final ConfigKey<Integer> BLANK_TOKENS_MAX =
      ConfigKey.of(
          "blank.tokens.max",
          ValueTypes.integer(1, LENGTH_MAX),
          Integer.toString(ModelLimits.DEFAULT.blankTokens()),
          "Most tokens of a blank. A blank longer than a canvas is generated in blocks.");

  public static final ConfigKey<Integer> DOCUMENT_TOKENS_MAX =
      ConfigKey.of(
          "document.tokens.max",
          ValueTypes.integer(1, LENGTH_MAX),
          Integer.toString(ModelLimits.DEFAULT.documentTokens()),
          "Most tokens of a document, blanks included. A document longer than a"
              + " canvas is filled in passes.");

  public static final ConfigKey<Integer> ACCEPTED_MAX =
      ConfigKey.of(
          "accepted.max",
          ValueTypes.integer(1, 1_000_000),
          "256",
          "Most accepted requests per topic. At the limit the worker pauses that"
              + " topic; its backlog stays in Kafka. A cap in `requests.topics` takes"
              + " precedence.");

  public static final ConfigKey<Duration> DRAIN_INTERVAL =
      ConfigKey.of(
          "drain.interval.ms",
          ValueTypes.millis(1, 60_000),
          "10",
          "Shortest time between two drains. A drain publishes results; a finished"
              + " run triggers one.");

  public static final ConfigKey<Duration> DRAIN_MAX =
      ConfigKey.of(
          "drain.max.ms",
          ValueTypes.millis(1, 10_000),
          "250",
          "Longest time that a drain occupies the stream thread.");

  public static final ConfigKey<Duration> CHECKPOINT_DEVICE =
      ConfigKey.of(
          "checkpoint.device.ms",
          ValueTypes.millis(10, 3_600_000),
          "2000",
          "Device time between two checkpoints. A checkpoint publishes the timings"
              + " of running requests and stores their progress. A crash repeats at most"
              + " this much device time and what followed the last commit.");

  public static final ConfigKey<Integer> CRASH_ATTEMPTS_MAX =
      ConfigKey.of(
          "crash.attempts.max",
          ValueTypes.integer(1, 1000),
          "5",
          "A request that kills this many workers while it runs alone is answered"
              + " FAILED `CRASHED`.");

  public static final ConfigKey<String> MODEL_CHANGED =
      ConfigKey.of(
          "model.changed",
          ValueTypes.choice("fail", "wait"),
          "fail",
          "What to do with a begun request if the model, number format, runtime or"
              + " device has changed. `fail` answers it FAILED; `wait` keeps it for a"
              + " worker that has the old ones.");

  public static final ConfigKey<String> DEADLINE_REFUSE =
      ConfigKey.of(
          "deadline.refuse",
          ValueTypes.choice("off", "alone", "backlog"),
          "off",
          "Whether intake answers EXPIRED because the estimated run time exceeds"
              + " the deadline. `alone` estimates an idle device; `backlog` adds the"
              + " accepted work. A deadline in the past always expires.");

  public static final ConfigKey<String> DUPLICATES =
      ConfigKey.of(
          "duplicates",
          ValueTypes.choice("ignore", "dead-letter"),
          "ignore",
          "How duplicate ids are treated: ignored or dead-lettered. Both are"
              + " counted. An id is a duplicate while it is pending or remembered.");

  public static final ConfigKey<String> PARTITION_MISMATCH =
      ConfigKey.of(
          "requests.partition.mismatch",
          ValueTypes.choice("accept", "refuse", "rekey"),
          "accept",
          "What becomes of a request or control record whose partition is not murmur2 of"
              + " its key, since its producer hashes keys in another way. `accept` takes it"
              + " where it stands: one id may get several answers. `refuse` makes it a dead"
              + " letter. `rekey` sends it on to where it belongs and needs WRITE on the"
              + " request topics. All are counted and told of.");

  public static final ConfigKey<Duration> COMPLETED_RETENTION =
      ConfigKey.of(
          "completed.retention.ms",
          ValueTypes.millis(0, 365 * DAY_MILLIS),
          "0",
          "How long the worker remembers the id of an answered request, whatever"
              + " its status. A request with a remembered id is a duplicate. 0 remembers"
              + " none.");

  public static final ConfigKey<String> FAIRNESS_LABEL =
      ConfigKey.computed(
          "fairness.label",
          ValueTypes.anyText(),
          "none",
          () -> "",
          "Label that divides requests into flows, one per value. Flows share the"
              + " device by weight, however many requests each has.");

  public static final ConfigKey<Map<String, Double>> FAIRNESS_WEIGHTS =
      ConfigKey.computed(
          "fairness.weights",
          ValueTypes.weights(),
          "none",
          Map::of,
          "Weights of flows, as `gold=4,free=0.5`. A flow of twice the weight gets"
              + " twice the device time while both have work. Other values, and requests"
              + " without the label, have weight 1.");

  public static final ConfigKey<Duration> PRIORITY_AGING =
      ConfigKey.of(
          "priority.aging.ms",
          ValueTypes.millis(0, 365 * DAY_MILLIS),
          "60000",
          "A request's priority rises by one each time this much time has passed"
              + " since its acceptance. 0 turns ageing off.");

  public static final ConfigKey<Duration> CANCEL_RETENTION =
      ConfigKey.of(
          "cancel.retention.ms",
          ValueTypes.millis(0, 365 * DAY_MILLIS),
          Long.toString(DAY_MILLIS),
          "How long the worker remembers the cancellation of an unknown id.");

  public static final ConfigKey<Integer> ENTRY_MAX_BYTES =
      ConfigKey.of(
          "entry.max.bytes",
          ValueTypes.integer(1024, 512 * MEBIBYTE),
          "1000000",
          "Largest stored request. `lacuna topics create` derives the record limit"
              + " of its topics from this and `completion.max.bytes`.");

  public static final ConfigKey<Integer> COMPLETION_MAX_BYTES =
      ConfigKey.of(
          "completion.max.bytes",
          ValueTypes.integer(1024, 512 * MEBIBYTE),
          "1000000",
          "Largest possible completion of a request. Intake refuses a request that"
              + " could exceed it.");

  public static final ConfigKey<Integer> HEADERS_MAX_BYTES =
      ConfigKey.of(
          "headers.max.bytes",
          ValueTypes.integer(0, MEBIBYTE),
          "16384",
          "Most bytes of a request's headers, keys and values together.");

  public static final ConfigKey<Integer> SAMPLES_MAX =
      ConfigKey.of(
          "samples.max",
          ValueTypes.integer(1, 1024),
          "16",
          "Most samples generated for one request.");

  public static final ConfigKey<Integer> DOCUMENT_MAX_BYTES =
      ConfigKey.of(
          "document.max.bytes",
          ValueTypes.integer(1, 512 * MEBIBYTE),
          Integer.toString(DocumentLimits.DEFAULT.documentMaxBytes()),
          "Most UTF-8 bytes of a document's texts. They are checked before"
              + " tokenizing, which occupies the thread that reads requests.");

  public static final ConfigKey<Integer> BLANKS_MAX =
      ConfigKey.of(
          "blanks.max",
          ValueTypes.integer(1, LENGTH_MAX),
          Integer.toString(DocumentLimits.DEFAULT.blanksMax()),
          "Most blanks of a document. Texts and blanks together may be twice as"
              + " many plus one.");

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
          "Most UTF-8 bytes of a request's labels, keys and values together.");

  public static final ConfigKey<Integer> STREAM_THREADS =
      ConfigKey.of(
          "stream.threads",
          ValueTypes.integer(1, 64),
          "1",
          "Kafka Streams threads of a worker. They share its engine.");

  public static final ConfigKey<Path> STATE_DIR =
      ConfigKey.computed(
          "state.dir",
          ValueTypes.path(),
          "`.lacuna/state` in the home folder",
          () -> Path.of(System.getProperty("user.home"), ".lacuna", "state"),
          "Folder of the local stores. Each worker process on a machine needs its own.");

  public static final ConfigKey<Path> NATIVES_DIR =
      ConfigKey.computed(
          "natives.dir",
          ValueTypes.path(),
          "`.cache/lacuna/natives` in the home folder, or where that can't be used, `natives` in"
              + " `state.dir`",
          () -> Path.of(System.getProperty("user.home"), ".cache", "lacuna", "natives"),
          "Folder to which native libraries are unpacked once. Only this user may be able to"
              + " write it, and its file system must allow executing. Other commands take the"
              + " environment variable.");

  public static final ConfigKey<String> WORKER_ID =
      ConfigKey.computed(
          "worker.id",
          ValueTypes.kafkaName(),
          "host name",
          ConfigKeys::hostName,
          "Name of this process in step timings and client ids.");

  public static final ConfigKey<Duration> SHUTDOWN_TIMEOUT =
      ConfigKey.of(
          "shutdown.timeout.ms",
          ValueTypes.millis(0, 3_600_000),
          "20000",
          "Longest time of a clean stop.");

  public static final ConfigKey<String> LOG_FORMAT =
      ConfigKey.of(
          "log.format",
          ValueTypes.choice("plain", "json"),
          "plain",
          "Format of the log on standard error.");

  public static final ConfigKey<String> LOG_LEVEL =
      ConfigKey.of(
          "log.level",
          ValueTypes.choice("trace", "debug", "info", "warn", "error"),
          "info",
          "Lowest level that Lacuna logs. Kafka's own lines are logged from `warn`.");

  /** A chapter of the documentation: keys that belong together. */
  record Subject(String title, List<ConfigKey<?>> keys) {}

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject(
              "Kafka and the schema registry",
              List.of(
                  BOOTSTRAP_SERVERS,
                  SCHEMA_REGISTRY_URL,
                  SCHEMAS_AUTO_REGISTER,
                  SCHEMA_UNKNOWN_RETRY,
                  APPLICATION_ID)),
          new Subject(
              "Topics",
              List.of(
                  REQUESTS_TOPICS,
                  CONTROL_TOPIC,
                  COMPLETIONS_TOPIC,
                  TIMINGS_TOPIC,
                  DEAD_LETTERS_TOPIC,
                  TOPICS_PARTITIONS,
                  TOPICS_REPLICATION_FACTOR,
                  TOPICS_MIN_INSYNC_REPLICAS)),
          new Subject(
              "Models and devices",
              List.of(
                  MODEL_DIR,
                  DEFAULT_MODEL,
                  DEVICE,
                  DTYPE,
                  GPU_MEMORY_MAX_BYTES,
                  GPU_CPU_NODES,
                  SLOTS,
                  THREADS)),
          new Subject(
              "Limits of a request",
              List.of(
                  STEPS_MAX,
                  SAMPLES_MAX,
                  BLANK_TOKENS_MAX,
                  DOCUMENT_TOKENS_MAX,
                  DOCUMENT_MAX_BYTES,
                  BLANKS_MAX,
                  BLANK_NAME_MAX_BYTES,
                  LABELS_MAX_BYTES,
                  HEADERS_MAX_BYTES,
                  ENTRY_MAX_BYTES,
                  COMPLETION_MAX_BYTES)),
          new Subject(
              "Order and shares of work",
              List.of(
                  ACCEPTED_MAX, DEADLINE_REFUSE, FAIRNESS_LABEL, FAIRNESS_WEIGHTS, PRIORITY_AGING)),
          new Subject(
              "Duplicates and cancellations",
              List.of(DUPLICATES, PARTITION_MISMATCH, COMPLETED_RETENTION, CANCEL_RETENTION)),
          new Subject(
              "Progress and crashes",
              List.of(
                  DRAIN_INTERVAL, DRAIN_MAX, CHECKPOINT_DEVICE, CRASH_ATTEMPTS_MAX, MODEL_CHANGED)),
          new Subject(
              "The worker process",
              List.of(
                  STREAM_THREADS,
                  STATE_DIR,
                  NATIVES_DIR,
                  WORKER_ID,
                  SHUTDOWN_TIMEOUT,
                  LOG_FORMAT,
                  LOG_LEVEL)));

  private static final List<ConfigKey<?>> ALL =
      SUBJECTS.stream().<ConfigKey<?>>flatMap(subject -> subject.keys().stream()).toList();

  private ConfigKeys() {}

  /** All keys in the order of the documentation. */
  public static List<ConfigKey<?>> all() {
    return ALL;
  }

  /** All keys by subject, in the order of the documentation. */
  static List<Subject> subjects() {
    return SUBJECTS;
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
