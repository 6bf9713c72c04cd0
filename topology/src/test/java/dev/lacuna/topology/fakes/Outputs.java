package dev.lacuna.topology.fakes;

import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;

/** Reads what a task forwarded. */
public final class Outputs {
  private Outputs() {}

  /** A forwarded record. */
  public record Output(byte[] key, byte[] value, Headers headers) {

    /** Its key as text. */
    public String keyText() {
      return new String(key, StandardCharsets.UTF_8);
    }

    /** Its headers as text, by key. */
    public Map<String, String> headerTexts() {
      Map<String, String> texts = new TreeMap<>();
      headers.forEach(
          header ->
              texts.put(
                  header.key(),
                  header.value() == null
                      ? null
                      : new String(header.value(), StandardCharsets.UTF_8)));
      return texts;
    }

    /** As a completion. */
    public GenerationCompletion completion() {
      try {
        return FakeWire.decode(GenerationCompletion.getClassSchema(), value);
      } catch (IOException damaged) {
        throw new UncheckedIOException(damaged);
      }
    }

    /** As a step timing. */
    public StepTiming timing() {
      try {
        return FakeWire.decode(StepTiming.getClassSchema(), value);
      } catch (IOException damaged) {
        throw new UncheckedIOException(damaged);
      }
    }
  }
}
