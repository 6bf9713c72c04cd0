package dev.lacuna.it;

import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Control records of every kind. */
final class FuzzControls {

  private final FuzzSchemas schemas;

  FuzzControls(FuzzSchemas schemas) {
    this.schemas = schemas;
  }

  /** A cancellation that is taken: it leaves no trace but on its target. */
  FuzzRecord cancel(int number, String id) {
    return FuzzRecord.control(number, "cancel", FuzzBytes.utf8(id), cancelOf(id), "silent");
  }

  FuzzRecord any(int number, String id, SplittableRandom random) {
    byte[] key = FuzzBytes.utf8(id);
    byte[] honest = cancelOf(id);
    return switch (random.nextInt(13)) {
      case 0 -> tick(number, random);
      case 1 -> control(number, "control: null value", key, null, "dead:NULL_VALUE");
      case 2 -> control(number, "control: random bytes", key, random(random), "dead");
      case 3 ->
          control(
              number,
              "control: truncated",
              key,
              Arrays.copyOf(honest, random.nextInt(honest.length)),
              "dead");
      case 4 -> control(number, "control: flipped", key, flip(honest, random), "dead", "silent");
      case 5 ->
          control(
              number,
              "control: key is not the id",
              random.nextBoolean() ? null : FuzzBytes.utf8("other"),
              honest,
              "dead:KEY_MISMATCH");
      case 6 ->
          control(number, "control: unknown action", key, exploding(id), "dead:UNKNOWN_ACTION");
      case 7 -> named(number, "control: reserved id", "__lacuna." + id, "dead:RESERVED_ID");
      case 8 -> named(number, "control: id of 0 bytes", "", "dead:INVALID_ID");
      case 9 -> named(number, "control: huge id", id + FuzzStrings.marks(9000), "dead:INVALID_ID");
      case 10 ->
          control(
              number,
              "control: schema of request",
              key,
              under(honest, schemas.id(FuzzSchemas.REQUEST)),
              "dead:FOREIGN_SCHEMA");
      case 11 ->
          control(
              number,
              "control: unknown schema id",
              key,
              under(honest, 1_000_000 + random.nextInt(100_000)),
              "dead:UNKNOWN_SCHEMA");
      default -> {
        String hostile = id + FuzzStrings.any(random);
        yield named(number, "control: hostile id", hostile, "silent");
      }
    };
  }

  private FuzzRecord tick(int number, SplittableRandom random) {
    byte[] key = FuzzBytes.utf8("__lacuna.tick");
    return random.nextBoolean()
        ? control(number, "control: tick", key, null, "silent")
        : control(number, "control: tick with bytes", key, random(random), "dead");
  }

  private FuzzRecord named(int number, String kind, String id, String outcome) {
    return control(number, kind, FuzzBytes.utf8(id), cancelOf(id), outcome);
  }

  private static FuzzRecord control(
      int number, String kind, byte[] key, byte[] value, String... outcomes) {
    return FuzzRecord.control(number, kind, key, value, outcomes);
  }

  private byte[] cancelOf(String id) {
    return FuzzBytes.of(schemas.id(FuzzSchemas.CONTROL), new Control(id, ControlAction.CANCEL));
  }

  private byte[] exploding(String id) {
    Schema schema = schemas.schema(FuzzSchemas.ACTIONS);
    GenericRecord record = new GenericData.Record(schema);
    record.put("id", id);
    record.put("action", new GenericData.EnumSymbol(schema.getField("action").schema(), "EXPLODE"));
    return FuzzBytes.of(schemas.id(FuzzSchemas.ACTIONS), record);
  }

  private static byte[] under(byte[] value, int schemaId) {
    byte[] copy = value.clone();
    ByteBuffer.wrap(copy).putInt(1, schemaId);
    return copy;
  }

  /** Random bytes, often with a magic byte before them. */
  static byte[] random(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(400)];
    random.nextBytes(bytes);
    if (bytes.length > 0 && random.nextBoolean()) {
      bytes[0] = 0;
    }
    return bytes;
  }

  /** One to eight bits turned, anywhere. */
  static byte[] flip(byte[] value, SplittableRandom random) {
    byte[] copy = value.clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }
}
