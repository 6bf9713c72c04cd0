package dev.lacuna.topology.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.store.InputRecord.Source;
import dev.lacuna.topology.store.Progress.SampleProgress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Progress, cancellations and undecoded records in their stores. */
final class SmallCodecsTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Of which golden bytes are kept. */
  static Progress progress() {
    return new Progress(
        5,
        9,
        3,
        true,
        List.of(
            new SampleProgress(
                false, new RunProgress(3, 2, 9, new int[] {7, -1}, new float[] {0.5f, 0f}))));
  }

  /** Of which golden bytes are kept. */
  static DeathsCodec.Remembered deaths() {
    return new DeathsCodec.Remembered(
        5,
        258,
        List.of(
            new DeathsCodec.Death(new UUID(1, 2), true, 3, 4),
            new DeathsCodec.Death(new UUID(6, 7), false, 1, 0)));
  }

  @Example
  void shouldReadTheDeathNoteThatItWrote() {
    for (Suspect suspect :
        List.of(new Suspect.Request(3, "é", 258), new Suspect.Reading(4, "requests", 77))) {
      DeathNote note = new DeathNote(new UUID(1, 2), suspect, true, 3, 4);
      byte[] bytes = DeathNoteCodec.encode(note);
      assertThat(DeathNoteCodec.decode(bytes)).isEqualTo(note);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> DeathNoteCodec.decode(cut))
            .isInstanceOf(StoreFormatException.class);
      }
    }
  }

  /** Of which golden bytes are kept. */
  static InputRecord record() {
    return new InputRecord(
        Source.CONTROL,
        "control",
        3,
        258,
        1000,
        null,
        new byte[] {0, 1},
        List.of(new HeaderEntry("h", new byte[] {9})));
  }

  @Example
  void shouldKeepTheKeysOfARememberedIdWhenTheCodeChanges() {
    assertThat(HEX.formatHex(CompletedCodec.idKey("é"))).isEqualTo("00c3a9");
    assertThat(HEX.formatHex(CompletedCodec.timeKey(258, "é"))).isEqualTo("010000000000000102c3a9");
    assertThat(HEX.formatHex(CompletedCodec.timeValue())).isEqualTo("01");
    assertThat(CompletedCodec.decodeTime(CompletedCodec.timeKey(258, "é"), HEX.parseHex("01")))
        .isEqualTo(new CompletedCodec.Answered(258, "é"));
  }

  @Example
  void shouldStopWhenARememberedIdIsOfAnotherVersionOrDamaged() {
    byte[] key = CompletedCodec.timeKey(1, "r1");
    assertThatThrownBy(() -> CompletedCodec.decode(HEX.parseHex("020000000000000102")))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContainingAll("completed", "version 2");
    assertThatThrownBy(() -> CompletedCodec.decodeTime(key, HEX.parseHex("02")))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContainingAll("completed", "version 2");
    assertThatThrownBy(
            () -> CompletedCodec.decodeTime(CompletedCodec.idKey("r1"), HEX.parseHex("01")))
        .isInstanceOf(StoreFormatException.class);
  }

  @Property(tries = 200)
  void shouldComeInTheOrderOfTimeWhenKeysAreCompared(
      @ForAll @LongRange(min = 0) long a,
      @ForAll @LongRange(min = 0) long b,
      @ForAll String idA,
      @ForAll String idB) {
    byte[] keyA = CompletedCodec.timeKey(a, idA);
    byte[] keyB = CompletedCodec.timeKey(b, idB);
    if (a != b) {
      assertThat(Arrays.compareUnsigned(keyA, keyB) < 0).isEqualTo(a < b);
    }
    assertThat(Arrays.compareUnsigned(CompletedCodec.idKey(idB), keyA)).isNegative();
    assertThat(Arrays.compareUnsigned(keyA, CompletedCodec.afterAllTimes())).isNegative();
  }

  @Example
  void shouldReadAnUndecodedRecordWhenAWorkerOfVersionOneWroteIt() {
    byte[] key = HEX.parseHex("010000000000000102");
    byte[] value =
        HEX.parseHex(
            "010000004d00000007636f6e74726f6c0000000300000000000003e8ffffffff00000002000100000001"
                + "00000001680000000109");

    assertThat(UndecodedCodec.decode(key, value))
        .isEqualTo(new UndecodedCodec.Undecoded(77, false, record()));
    assertThatThrownBy(() -> UndecodedCodec.decode(UndecodedCodec.key(record()), value))
        .as("the key of another version")
        .isInstanceOf(StoreFormatException.class);
  }

  @Example
  void shouldHaveKeysOfTheirOwnWhenRecordsOfTwoTopicsHaveTheSameOffset() {
    InputRecord bulk = new InputRecord(Source.REQUESTS, "bulk", 0, 5, 0, null, null, List.of());
    InputRecord express =
        new InputRecord(Source.REQUESTS, "express", 0, 5, 0, null, null, List.of());

    assertThat(UndecodedCodec.key(bulk)).isNotEqualTo(UndecodedCodec.key(express));
  }

  @Property(tries = 200)
  void shouldComeBackEqualWhenAProgressIsEncoded(
      @ForAll @IntRange(max = 5) int samples,
      @ForAll @IntRange(max = 40) int masks,
      @ForAll long seed,
      @ForAll @IntRange(max = 4) int known,
      @ForAll boolean measured,
      @ForAll boolean finished,
      @ForAll long micros) {
    int[] tokens = new int[masks];
    float[] confidences = new float[masks];
    Random random = new Random(seed);
    for (int i = 0; i < masks; i++) {
      boolean filled = random.nextInt(4) < known;
      tokens[i] = filled ? random.nextInt() >>> random.nextInt(32) : RunProgress.MASKED;
      confidences[i] = filled || measured ? random.nextFloat() : 0;
    }
    SampleProgress sample =
        new SampleProgress(finished, RunProgress.inFirstPass((int) seed, tokens, confidences));
    SampleProgress[] all = new SampleProgress[samples];
    Arrays.fill(all, sample);
    Progress progress = new Progress(micros, -micros, micros, finished, List.of(all));
    byte[] bytes = ProgressCodec.encode(progress);

    assertThat(ProgressCodec.decode(bytes)).isEqualTo(progress);
    assertThat((long) bytes.length).isLessThanOrEqualTo(ProgressCodec.maxBytes(samples, masks));
  }

  @Property(tries = 300)
  void shouldNeverThrowAnythingElseWhenBytesAreRandom(
      @ForAll byte[] tail, @ForAll @IntRange(min = 1, max = 4) int version) {
    byte[] bytes = new byte[tail.length + 1];
    bytes[0] = (byte) version;
    System.arraycopy(tail, 0, bytes, 1, tail.length);
    try {
      ProgressCodec.decode(bytes);
      UndecodedCodec.decode(UndecodedCodec.key(record()), bytes);
    } catch (StoreFormatException expected) {
      assertThat(expected).hasMessageStartingWith("Store ");
    }
  }

  @Example
  void shouldNameTheStoreWhenAVersionIsUnknown() {
    byte[] unknown = {4, 0, 0, 0, 0, 0, 0, 0, 0};
    assertThatThrownBy(() -> ProgressCodec.decode(unknown))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContaining("progress");
    assertThatThrownBy(() -> CancellationCodec.decode(unknown))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContaining("cancellations");
    assertThatThrownBy(() -> UndecodedCodec.decode(UndecodedCodec.key(record()), unknown))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContaining("undecoded");
    assertThatThrownBy(
            () ->
                UndecodedCodec.decode(
                    new byte[] {7},
                    UndecodedCodec.encode(new UndecodedCodec.Undecoded(1, false, record()))))
        .isInstanceOf(StoreFormatException.class);
  }

  @Example
  void shouldIterateInReadingOrderWhenKeysAreCompared() {
    InputRecord early = new InputRecord(Source.REQUESTS, "t", 0, 255, 0, null, null, List.of());
    InputRecord late = new InputRecord(Source.REQUESTS, "t", 0, 256, 0, null, null, List.of());

    assertThat(Arrays.compareUnsigned(UndecodedCodec.key(early), UndecodedCodec.key(late)))
        .isNegative();
  }
}
