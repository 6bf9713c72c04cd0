package dev.lacuna.topology.fakes;

import dev.lacuna.topology.GenerationTopology;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.process.TickSender;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The real topology on the test driver, with fake parts. It can't show fencing. */
public final class WorkerDriver implements AutoCloseable {
  public final TestParts parts;
  private final Path state = stateFolder();
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> requests;
  private final TestInputTopic<byte[], byte[]> express;
  private final TestInputTopic<byte[], byte[]> control;
  private final TestOutputTopic<byte[], byte[]> completions;
  private final TestOutputTopic<byte[], byte[]> timings;
  private final TestOutputTopic<byte[], byte[]> deadLetters;

  /** With default parts. */
  public WorkerDriver() {
    this(new TestParts());
  }

  /** With these parts. */
  public WorkerDriver(TestParts parts) {
    this.parts = parts;
    Properties config = new Properties();
    config.put("application.id", "test");
    config.put("bootstrap.servers", "nowhere:1");
    config.put("processing.guarantee", "exactly_once_v2");
    config.put("state.dir", state.toString());
    Instant start = Instant.ofEpochMilli(FakeClock.START_MICROS / 1000);
    driver = new TopologyTestDriver(GenerationTopology.build(parts.parts()), config, start);
    ByteArraySerializer bytes = new ByteArraySerializer();
    requests = driver.createInputTopic("requests", bytes, bytes, start, Duration.ZERO);
    express = driver.createInputTopic("express", bytes, bytes, start, Duration.ZERO);
    control = driver.createInputTopic("control", bytes, bytes, start, Duration.ZERO);
    ByteArrayDeserializer read = new ByteArrayDeserializer();
    completions = driver.createOutputTopic("completions", read, read);
    timings = driver.createOutputTopic("timings", read, read);
    deadLetters = driver.createOutputTopic("dead-letters", read, read);
    tick();
  }

  /** Pipes the tick that the task asked for. */
  private void tick() {
    long number = parts.ticks.get(parts.ticks.size() - 1).number();
    Headers headers = new RecordHeaders().add(TickSender.NUMBER_HEADER, TickSender.bytes(number));
    control.pipeInput(new TestRecord<>(utf8(TickSender.KEY), null, headers));
  }

  private static Path stateFolder() {
    try {
      return Files.createTempDirectory("lacuna-topology-test");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Pipes a request under its id. */
  public void submit(GenerationRequest request) {
    submit(request, new RecordHeaders());
  }

  /** Pipes a request under its id, with headers. */
  public void submit(GenerationRequest request, Headers headers) {
    pipeRequest(utf8(request.getId()), FakeWire.encode(FakeWire.SCHEMA, request), headers);
  }

  /** Pipes a request under its id to the other request topic. */
  public void submitExpress(GenerationRequest request) {
    pipeExpress(utf8(request.getId()), FakeWire.encode(FakeWire.SCHEMA, request));
  }

  /** Pipes any record to the other request topic. */
  public void pipeExpress(byte[] key, byte[] value) {
    express.pipeInput(new TestRecord<>(key, value, new RecordHeaders()));
  }

  /** Pipes any request record. */
  public void pipeRequest(byte[] key, byte[] value, Headers headers) {
    requests.pipeInput(new TestRecord<>(key, value, headers));
  }

  /** Pipes a request under its id, with a timestamp. */
  public void submit(GenerationRequest request, long timestampMillis) {
    requests.pipeInput(
        new TestRecord<>(
            utf8(request.getId()),
            FakeWire.encode(FakeWire.SCHEMA, request),
            new RecordHeaders(),
            timestampMillis));
  }

  /** Pipes a control record under its id. */
  public void control(Control record) {
    pipeControl(utf8(record.getId()), FakeWire.encode(FakeWire.SCHEMA, record));
  }

  /** Pipes any control record. */
  public void pipeControl(byte[] key, byte[] value) {
    control.pipeInput(new TestRecord<>(key, value));
  }

  /** Pipes any control record, with headers. */
  public void pipeControl(byte[] key, byte[] value, Headers headers) {
    control.pipeInput(new TestRecord<>(key, value, headers));
  }

  /** What the task wrote to one of the topics that it reads, since the last call. */
  public List<Output> sentOn(String topic) {
    ByteArrayDeserializer read = new ByteArrayDeserializer();
    return all(driver.createOutputTopic(topic, read, read));
  }

  /** Moves all clocks and lets punctuators run. */
  public void advance(Duration by) {
    parts.clock.advance(by);
    driver.advanceWallClockTime(by);
  }

  /** Lets the drain run once. */
  public void drain() {
    advance(TestParts.DRAIN_INTERVAL);
  }

  /** Completions since the last call. */
  public List<Output> completionRecords() {
    return all(completions);
  }

  /** Completions since the last call. */
  public List<GenerationCompletion> completions() {
    return completionRecords().stream().map(Output::completion).toList();
  }

  /** The one completion since the last call. */
  public GenerationCompletion completion() {
    List<GenerationCompletion> all = completions();
    if (all.size() != 1) {
      throw new AssertionError("not one completion but " + all);
    }
    return all.get(0);
  }

  /** Timings since the last call. */
  public List<StepTiming> timings() {
    return timingRecords().stream().map(Output::timing).toList();
  }

  /** Timings since the last call. */
  public List<Output> timingRecords() {
    return all(timings);
  }

  /** Dead letters since the last call. */
  public List<Output> deadLetters() {
    return all(deadLetters);
  }

  private static List<Output> all(TestOutputTopic<byte[], byte[]> topic) {
    return topic.readRecordsToList().stream()
        .map(record -> new Output(record.key(), record.value(), record.headers()))
        .toList();
  }

  /** Timestamps of what was written to a store's changelog since the last call. */
  public List<Long> changelogTimestamps(String store) {
    ByteArrayDeserializer read = new ByteArrayDeserializer();
    return driver
        .createOutputTopic("test-" + store + "-changelog", read, read)
        .readRecordsToList()
        .stream()
        .map(TestRecord::timestamp)
        .toList();
  }

  /** Entries of a store. */
  public long stored(String store) {
    long count = 0;
    try (var all = driver.getKeyValueStore(store).all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  /** UTF-8 bytes. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    driver.close();
    try {
      Utils.delete(state.toFile());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
