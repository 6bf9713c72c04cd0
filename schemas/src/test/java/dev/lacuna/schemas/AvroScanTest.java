package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class AvroScanTest {

  private static final Schema EVERY_TYPE =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Every","fields":[
                {"name":"n","type":"null"},{"name":"z","type":"boolean"},{"name":"i","type":"int"},
                {"name":"l","type":"long"},{"name":"f","type":"float"},{"name":"d","type":"double"},
                {"name":"b","type":"bytes"},{"name":"s","type":"string"},
                {"name":"x","type":{"type":"fixed","name":"Four","size":4}},
                {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},
                {"name":"u","type":["null","string",{"type":"array","items":"long"}]},
                {"name":"a","type":{"type":"array","items":{"type":"map","values":"int"}}}]}
              """);
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema STRINGS = Schema.createArray(STRING);

  @Test
  void shouldAcceptWhateverAvroWrites() throws IOException {
    int checked = 0;
    for (Object datum : new RandomData(EVERY_TYPE, 500, 20261122L, true)) {
      assertThat(AvroScan.fault(EVERY_TYPE, encode(EVERY_TYPE, datum, false), 0)).isEmpty();
      assertThat(AvroScan.fault(EVERY_TYPE, encode(EVERY_TYPE, datum, true), 0)).isEmpty();
      checked++;
    }
    assertThat(checked).isEqualTo(500);
  }

  @Test
  void shouldRefuseEveryTruncation() throws IOException {
    Object datum = new RandomData(EVERY_TYPE, 1, 7L, true).iterator().next();
    byte[] whole = encode(EVERY_TYPE, datum, false);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThat(AvroScan.fault(EVERY_TYPE, cut, 0)).as("first %d bytes", length).isPresent();
    }
  }

  @Test
  @Timeout(10)
  void shouldRefuseMoreValuesThanBytesCanHoldWhenRecordsTakeNone() {
    Schema nested = Schema.createRecord("R0", null, null, false, List.of());
    for (int depth = 1; depth <= 60; depth++) {
      nested =
          Schema.createRecord(
              "R" + depth,
              null,
              null,
              false,
              List.of(new Schema.Field("a", nested), new Schema.Field("b", nested)));
    }
    assertThat(AvroScan.fault(nested, bytes(), 0).orElseThrow()).contains("values in 0 bytes");
  }

  @Test
  void shouldRefuseBytesAfterTheRecord() {
    assertThat(AvroScan.fault(STRING, bytes(2, 'a', 0), 0)).hasValue("1 bytes follow the record");
  }

  @Test
  void shouldRefuseALengthBeyondTheRecord() {
    // Zigzag of 2^31 - 1, then one byte.
    byte[] hostile = bytes(0xfe, 0xff, 0xff, 0xff, 0x0f, 'a');
    assertThat(AvroScan.fault(STRING, hostile, 0).orElseThrow())
        .contains("a length of 2147483647 bytes where 1 are left");
  }

  @Test
  void shouldRefuseACountBeyondTheRecord() {
    byte[] hostile = bytes(0xfe, 0xff, 0xff, 0xff, 0x0f, 2, 'a', 0);
    assertThat(AvroScan.fault(STRINGS, hostile, 0)).isPresent();
  }

  @Test
  void shouldRefuseTheSmallestLongAsACount() {
    byte[] hostile = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0);
    assertThat(AvroScan.fault(STRINGS, hostile, 0)).isPresent();
  }

  @Test
  void shouldRefuseManyItemsThatTakeNoBytes() {
    Schema nulls = Schema.createArray(Schema.create(Schema.Type.NULL));
    byte[] hostile = bytes(0xfe, 0xff, 0xff, 0xff, 0x0f, 0);
    assertThat(AvroScan.fault(nulls, hostile, 0).orElseThrow()).contains("take no bytes");
    assertThat(AvroScan.fault(nulls, bytes(20, 0), 0)).isEmpty();
  }

  @Test
  void shouldRefuseEndlessNesting() {
    Schema list =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"L\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}");
    byte[] hostile = new byte[1_000_000];
    Arrays.fill(hostile, (byte) 2);
    assertThat(AvroScan.fault(list, hostile, 0).orElseThrow()).contains("nested deeper");
  }

  @Test
  void shouldRefuseABlockWhoseSizeIsWrong() {
    // Count -1, size 2 (right: length and 'a'), then the end.
    assertThat(AvroScan.fault(STRINGS, bytes(1, 4, 2, 'a', 0), 0)).isEmpty();
    assertThat(AvroScan.fault(STRINGS, bytes(1, 2, 2, 'a', 0), 0)).isPresent();
  }

  @Test
  void shouldRefuseTextThatIsNotUtf8() {
    assertThat(AvroScan.fault(STRING, bytes(4, 0xc3, 0x28), 0).orElseThrow()).contains("UTF-8");
    byte[] owl = "🦉".getBytes(StandardCharsets.UTF_8);
    assertThat(AvroScan.fault(STRING, bytes(8, owl[0], owl[1], owl[2], owl[3]), 0)).isEmpty();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** With or without block sizes. */
  private static byte[] encode(Schema schema, Object datum, boolean blocking) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EncoderFactory factory = EncoderFactory.get();
    BinaryEncoder encoder =
        blocking ? factory.blockingBinaryEncoder(out, null) : factory.binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
