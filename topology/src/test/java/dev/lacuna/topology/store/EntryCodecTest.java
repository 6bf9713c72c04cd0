package dev.lacuna.topology.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class EntryCodecTest {
  /** Of which golden bytes are kept; versions before 3 knew of no topic. */
  static Entry sample(String topic) {
    return entry(
        new SamplingSettings(
            4,
            UnmaskingOrder.CONFIDENCE,
            new RevealRule.Threshold(0.5f),
            1f,
            0.9f,
            5,
            1.5f,
            32,
            0.25f,
            List.of(7, 8),
            42L),
        topic);
  }

  /** The same, as far as version 1 can say it. */
  static Entry plain() {
    return entry(SamplingSettings.plain(4, UnmaskingOrder.CONFIDENCE, 1f, 0.9f, 5, 42L), "");
  }

  private static Entry entry(SamplingSettings settings, String topic) {
    return new Entry(
        "r1",
        "demo",
        "rev",
        "fp",
        7,
        new Document(
            List.of(
                new Document.Text("a "),
                new Document.Blank(8, Optional.of("gap"), Document.BlankLength.UP_TO))),
        settings,
        1,
        2,
        true,
        -2,
        Long.MAX_VALUE,
        true,
        false,
        true,
        1L,
        2L,
        Map.of("k", "v"),
        List.of(new HeaderEntry("h1", new byte[] {1, 2}), new HeaderEntry("h2", null)),
        topic);
  }

  @Property(tries = 200)
  void shouldComeBackEqualWhenEncodedAndDecoded(@ForAll("entries") Entry entry) {
    assertThat(EntryCodec.decode(entry.id(), EntryCodec.encode(entry))).isEqualTo(entry);
  }

  @Property(tries = 200)
  void shouldSayDamagedWhenCutShort(@ForAll("entries") Entry entry, @ForAll int seed) {
    byte[] bytes = EntryCodec.encode(entry);
    int length = Math.floorMod(seed, bytes.length);

    assertThatThrownBy(() -> EntryCodec.decode("r1", Arrays.copyOf(bytes, length)))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContaining("pending");
  }

  @Property(tries = 2000)
  void shouldNeverThrowAnythingElseWhenBytesAreDamaged(
      @ForAll("entries") Entry entry,
      @ForAll @Size(min = 1, max = 4) List<Integer> places,
      @ForAll byte value,
      @ForAll @IntRange(min = 1, max = 3) int version) {
    byte[] bytes = EntryCodec.encode(entry);
    places.forEach(place -> bytes[Math.floorMod(place, bytes.length)] = value);
    bytes[0] = (byte) version;
    try {
      EntryCodec.decode("r1", bytes);
    } catch (StoreFormatException expected) {
      assertThat(expected).hasMessageContaining("Store pending");
    }
  }

  @Example
  void shouldNameTheVersionWhenItIsUnknown() {
    byte[] bytes = EntryCodec.encode(sample("t"));
    bytes[0] = 4;

    assertThatThrownBy(() -> EntryCodec.decode("r1", bytes))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContainingAll("version 4", "versions 1 to 3");
  }

  @Example
  void shouldSayDamagedWhenBytesAreLeftOver() {
    byte[] bytes = EntryCodec.encode(sample("t"));

    assertThatThrownBy(() -> EntryCodec.decode("r1", Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContaining("left over");
  }

  @Provide
  Arbitrary<Entry> entries() {
    Arbitrary<String> text = Arbitraries.strings().ascii().ofMaxLength(20).map(s -> s + "é🙂");
    Arbitrary<Document.Segment> blank =
        Combinators.combine(
                Arbitraries.integers(), text.optional(), Arbitraries.of(Document.BlankLength.class))
            .as(Document.Blank::new);
    Arbitrary<Document.Segment> segment = Arbitraries.oneOf(text.map(Document.Text::new), blank);
    Arbitrary<HeaderEntry> header =
        Combinators.combine(text, Arbitraries.bytes().array(byte[].class).injectNull(0.2))
            .as(HeaderEntry::new);
    return Combinators.combine(
            segment.list().ofMaxSize(5),
            settings(),
            Arbitraries.integers(),
            Arbitraries.longs(),
            Arbitraries.integers().between(0, 15),
            Arbitraries.maps(text, text).ofMaxSize(3),
            header.list().ofMaxSize(3),
            text)
        .as(
            (segments, sampling, number, micros, flags, labels, headers, name) ->
                new Entry(
                    "id" + name,
                    name,
                    "rev" + name,
                    "fp" + name,
                    number,
                    new Document(segments),
                    sampling,
                    number,
                    -number,
                    (flags & 1) > 0,
                    ~number,
                    micros,
                    (flags & 2) > 0,
                    (flags & 4) > 0,
                    (flags & 8) > 0,
                    -micros,
                    ~micros,
                    labels,
                    headers,
                    name));
  }

  private static Arbitrary<SamplingSettings> settings() {
    Arbitrary<Float> number = Arbitraries.floats();
    Arbitrary<RevealRule> rule =
        Arbitraries.oneOf(
            Arbitraries.of(CountSchedule.class).map(RevealRule.Scheduled::new),
            number.map(RevealRule.Threshold::new),
            number.map(RevealRule.Factor::new),
            number.map(RevealRule.EntropyBudget::new),
            number.map(RevealRule.Unrolled::new));
    return Combinators.combine(
            Arbitraries.integers(),
            Arbitraries.of(UnmaskingOrder.class),
            rule,
            number,
            Arbitraries.integers(),
            Arbitraries.integers().list().ofMaxSize(4),
            Arbitraries.longs())
        .as(
            (count, order, reveal, share, length, stops, seed) ->
                new SamplingSettings(
                    count, order, reveal, share, -share, length, share / 2, -length, 1f, stops,
                    seed));
  }
}
