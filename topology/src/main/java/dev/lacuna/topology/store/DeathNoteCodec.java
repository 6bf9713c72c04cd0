package dev.lacuna.topology.store;

import java.util.UUID;

/**
 * Bytes of suspects and of death notes. A suspect, version 1: version byte, kind (byte, 0 a
 * request, 1 a record), partition (int); id (string) and timestamp (long) of a request, topic
 * (string) and offset (long) of a record. A note, version 1: version byte, number of the death (two
 * longs), alone (byte), sample and steps (ints), then its suspect's bytes behind their length.
 */
public final class DeathNoteCodec {
  private static final String NAME = "death note";
  private static final int VERSION = 1;
  private static final int REQUEST = 0;
  private static final int READING = 1;

  private DeathNoteCodec() {}

  /** Bytes of a suspect. */
  public static byte[] encode(Suspect suspect) {
    BinaryWriter out = new BinaryWriter(VERSION);
    if (suspect instanceof Suspect.Request request) {
      out.putByte(REQUEST).putInt(request.partition());
      out.putString(request.id()).putLong(request.requestMicros());
    } else if (suspect instanceof Suspect.Reading reading) {
      out.putByte(READING).putInt(reading.partition());
      out.putString(reading.topic()).putLong(reading.offset());
    }
    return out.toBytes();
  }

  /**
   * The suspect of these bytes.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static Suspect decodeSuspect(byte[] bytes) {
    BinaryReader in = new BinaryReader(NAME, VERSION, bytes);
    int kind = in.getByte();
    int partition = in.getInt();
    String name = in.getText();
    long number = in.getLong();
    in.end();
    if (kind == REQUEST) {
      return new Suspect.Request(partition, name, number);
    }
    if (kind == READING) {
      return new Suspect.Reading(partition, name, number);
    }
    throw in.damaged("a kind is " + kind);
  }

  /** Bytes of a note. */
  public static byte[] encode(DeathNote note) {
    return new BinaryWriter(VERSION)
        .putLong(note.death().getMostSignificantBits())
        .putLong(note.death().getLeastSignificantBits())
        .putBoolean(note.alone())
        .putInt(note.sample())
        .putInt(note.steps())
        .putBytes(encode(note.suspect()))
        .toBytes();
  }

  /**
   * The note of these bytes.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static DeathNote decode(byte[] bytes) {
    BinaryReader in = new BinaryReader(NAME, VERSION, bytes);
    UUID death = new UUID(in.getLong(), in.getLong());
    boolean alone = in.getBoolean();
    int sample = in.getInt();
    int steps = in.getInt();
    byte[] suspect = in.getBytes();
    in.end();
    if (suspect == null) {
      throw in.damaged("the suspect is missing");
    }
    return new DeathNote(death, decodeSuspect(suspect), alone, sample, steps);
  }
}
