package dev.lacuna.topology.store;

import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Bytes of an {@link Entry}: version byte, then the fields in the order of {@link #encode}; the id
 * is the store's key and not repeated. Versions 1 and 2 differ in the settings ({@link
 * SettingsCodec}); version 3 adds the request topic, a string, at the end. 3 is written, all are
 * read.
 *
 * <p>A field is added by a new version that this class reads beside the old ones, never by a change
 * of one: a store outlives the worker that wrote it.
 */
public final class EntryCodec {
  private static final String STORE = "pending";
  private static final int PLAIN_SETTINGS = 1;
  private static final int TOPIC = 3;
  private static final int VERSION = TOPIC;
  private static final int TEXT = 0;
  private static final int BLANK = 1;

  private EntryCodec() {}

  /** Bytes of an entry. */
  public static byte[] encode(Entry entry) {
    BinaryWriter out = new BinaryWriter(VERSION);
    out.putString(entry.model()).putString(entry.revision()).putString(entry.fingerprint());
    out.putInt(entry.planChecksum());
    SettingsCodec.write(out, entry.settings());
    out.putInt(entry.wanted()).putInt(entry.generated()).putBoolean(entry.ranked());
    out.putInt(entry.priority()).putLong(entry.deadlineMicros());
    out.putBoolean(entry.timings());
    out.putBoolean(entry.tokenIds()).putBoolean(entry.confidences());
    out.putLong(entry.requestMicros()).putLong(entry.acceptedMicros());
    writeDocument(out, entry.document());
    out.putInt(entry.labels().size());
    new TreeMap<>(entry.labels()).forEach((key, value) -> out.putString(key).putString(value));
    HeaderEntry.write(out, entry.headers());
    out.putString(entry.topic());
    return out.toBytes();
  }

  /**
   * The entry of these bytes.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static Entry decode(String id, byte[] bytes) {
    BinaryReader in = new BinaryReader(STORE, PLAIN_SETTINGS, VERSION, bytes);
    String model = in.getText();
    String revision = in.getText();
    String fingerprint = in.getText();
    int planChecksum = in.getInt();
    SamplingSettings settings =
        in.version() == PLAIN_SETTINGS ? SettingsCodec.readVersionOne(in) : SettingsCodec.read(in);
    int wanted = in.getInt();
    int generated = in.getInt();
    boolean ranked = in.getBoolean();
    int priority = in.getInt();
    long deadlineMicros = in.getLong();
    boolean timings = in.getBoolean();
    boolean tokenIds = in.getBoolean();
    boolean confidences = in.getBoolean();
    long requestMicros = in.getLong();
    long acceptedMicros = in.getLong();
    Document document = readDocument(in);
    Map<String, String> labels = readLabels(in);
    List<HeaderEntry> headers = HeaderEntry.readList(in);
    String topic = in.version() >= TOPIC ? in.getText() : ""; // an older worker had but one
    in.end();
    return new Entry(
        id,
        model,
        revision,
        fingerprint,
        planChecksum,
        document,
        settings,
        wanted,
        generated,
        ranked,
        priority,
        deadlineMicros,
        timings,
        tokenIds,
        confidences,
        requestMicros,
        acceptedMicros,
        labels,
        headers,
        topic);
  }

  private static void writeDocument(BinaryWriter out, Document document) {
    out.putInt(document.segments().size());
    for (Document.Segment segment : document.segments()) {
      if (segment instanceof Document.Text text) {
        out.putByte(TEXT).putString(text.content());
      } else if (segment instanceof Document.Blank blank) {
        out.putByte(BLANK).putInt(blank.tokens()).putString(blank.name().orElse(null));
        out.putBoolean(blank.length() == Document.BlankLength.UP_TO);
      }
    }
  }

  private static Document readDocument(BinaryReader in) {
    int count = in.getCount(1 + Integer.BYTES);
    List<Document.Segment> segments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      segments.add(readSegment(in));
    }
    return new Document(segments);
  }

  private static Document.Segment readSegment(BinaryReader in) {
    int kind = in.getByte();
    if (kind == TEXT) {
      return new Document.Text(in.getText());
    }
    if (kind != BLANK) {
      throw in.damaged("segment kind " + kind);
    }
    return new Document.Blank(
        in.getInt(),
        Optional.ofNullable(in.getString()),
        in.getBoolean() ? Document.BlankLength.UP_TO : Document.BlankLength.EXACT);
  }

  private static Map<String, String> readLabels(BinaryReader in) {
    int count = in.getCount(2 * Integer.BYTES);
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < count; i++) {
      labels.put(in.getText(), in.getText());
    }
    return labels;
  }
}
