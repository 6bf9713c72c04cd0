package dev.lacuna.topology.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.store.Progress.SampleProgress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes that workers of each version wrote, kept as files: stores hold them when a newer worker
 * starts.
 */
final class GoldenBytesTest {
  private static final HexFormat HEX = HexFormat.of();

  /**
   * A format.
   *
   * @param store names the store
   * @param written what this code writes of the newest version's value
   * @param decode what it reads
   * @param values what the bytes of each version, from 1 on, stand for
   */
  private record Format(
      String store, byte[] written, Function<byte[], Object> decode, List<Object> values) {
    int newest() {
      return written[0];
    }

    byte[] golden(int version) throws IOException {
      String name = "/golden/" + store + "-" + version + ".hex";
      try (InputStream in = GoldenBytesTest.class.getResourceAsStream(name)) {
        assertThat(in).as("golden bytes of every version: resource %s", name).isNotNull();
        return HEX.parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
      }
    }

    @Override
    public String toString() {
      return store;
    }
  }

  static Stream<Format> formats() {
    Progress progress = SmallCodecsTest.progress();
    SampleProgress sample = progress.samples().get(0);
    UndecodedCodec.Undecoded before =
        new UndecodedCodec.Undecoded(77, false, SmallCodecsTest.record());
    UndecodedCodec.Undecoded undecoded =
        new UndecodedCodec.Undecoded(77, true, SmallCodecsTest.record());
    return Stream.of(
        new Format(
            "pending",
            EntryCodec.encode(EntryCodecTest.sample("express")),
            bytes -> EntryCodec.decode("r1", bytes),
            List.of(
                EntryCodecTest.plain(),
                EntryCodecTest.sample(""),
                EntryCodecTest.sample("express"))),
        new Format(
            "progress",
            ProgressCodec.encode(progress),
            ProgressCodec::decode,
            List.of(
                with(onePass(sample)), // workers whose documents had one pass
                with(sample),
                progress,
                progress)),
        new Format(
            "cancellations",
            CancellationCodec.encodeCopy(258, 7),
            CancellationCodec::remembered,
            List.of(
                new CancellationCodec.Remembered(258, Long.MAX_VALUE),
                new CancellationCodec.Remembered(258, 7))),
        new Format("completed", CompletedCodec.encode(258), CompletedCodec::decode, List.of(258L)),
        new Format(
            "undecoded",
            UndecodedCodec.encode(undecoded),
            bytes -> UndecodedCodec.decode(undecodedKey(bytes[0], undecoded), bytes),
            List.of(before, before, undecoded)),
        new Format(
            "deaths",
            DeathsCodec.encode(SmallCodecsTest.deaths()),
            DeathsCodec::decode,
            List.of(SmallCodecsTest.deaths())));
  }

  private static Progress with(SampleProgress sample) {
    Progress now = SmallCodecsTest.progress();
    return new Progress(
        now.firstStepMicros(),
        now.lastStepMicros(),
        now.batchRowsSum(),
        now.cancelled(),
        List.of(sample));
  }

  /** Version 1 knew of one request topic, so that its keys name none. */
  private static byte[] undecodedKey(byte version, UndecodedCodec.Undecoded undecoded) {
    return version == 1
        ? HEX.parseHex("010000000000000102")
        : UndecodedCodec.key(undecoded.record());
  }

  private static SampleProgress onePass(SampleProgress sample) {
    RunProgress run = sample.run();
    return new SampleProgress(
        sample.finished(),
        RunProgress.inFirstPass(run.stepsDone(), run.maskTokens(), run.confidences()));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldReadEveryVersionThatAWorkerHasWritten(Format format) throws IOException {
    assertThat(format.values()).as("a value for every version").hasSize(format.newest());
    for (int version = 1; version <= format.newest(); version++) {
      byte[] golden = format.golden(version);
      assertThat(golden[0]).isEqualTo((byte) version);
      assertThat(format.decode().apply(golden))
          .as("version %d", version)
          .isEqualTo(format.values().get(version - 1));
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldWriteTheBytesOfItsVersionWhenTheCodeChanges(Format format) throws IOException {
    assertThat(HEX.formatHex(format.written()))
        .isEqualTo(HEX.formatHex(format.golden(format.newest())));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldNameStoreVersionAndCureWhenANewerWorkerWroteIt(Format format) {
    byte[] bytes = format.written().clone();
    bytes[0] = 99;
    assertThatThrownBy(() -> format.decode().apply(bytes))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContainingAll(
            "Store " + format.store(), "version 99", "start the worker version that wrote it");
  }

  @Test
  void shouldHaveGoldenBytesOfEveryStore() {
    assertThat(formats().map(Format::store)).containsExactlyInAnyOrderElementsOf(TaskStores.NAMES);
  }

  @Test
  void shouldKeepTheKeysOfUndecodedRecords() {
    assertThat(HEX.formatHex(UndecodedCodec.key(SmallCodecsTest.record())))
        .isEqualTo("030000000000000102" + "636f6e74726f6c");
  }
}
