package dev.lacuna.evaluation.baseline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.console.FileProblem;
import dev.lacuna.runtime.check.Checked;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Baselines in a file, so that training texts are needed once. */
public final class BaselineFile {

  /** Its name beside the held-out documents. */
  public static final String NAME = "baselines.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private BaselineFile() {}

  /**
   * Reads baselines of a split.
   *
   * @return the baselines, or why there are none for these documents and this tokenizer
   */
  public static Checked<Baselines> read(Path file, Baselines.Split split) {
    Baselines baselines;
    try {
      baselines = MAPPER.readValue(Files.readString(file), Baselines.class);
    } catch (JsonProcessingException e) {
      return refused(file + " is no file of baselines: " + e.getOriginalMessage());
    } catch (IOException e) {
      return refused(FileProblem.of(file.toString(), e));
    }
    if (baselines == null) {
      return refused(file + " is no file of baselines: it holds null");
    }
    if (!baselines.provenance().split().equals(split)) {
      return refused(file + " was computed from other documents or with another tokenizer");
    }
    return Checked.valid(baselines);
  }

  /**
   * Writes baselines.
   *
   * @throws IOException if the file can't be written
   */
  public static void write(Path file, Baselines baselines) throws IOException {
    Files.writeString(file, MAPPER.writeValueAsString(baselines) + "\n");
  }

  /**
   * Names a split.
   *
   * @throws IOException if a file can't be read
   */
  public static Baselines.Split split(Path documents, Path tokenizer) throws IOException {
    return new Baselines.Split(sha256(documents), sha256(tokenizer));
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Checked<Baselines> refused(String why) {
    return Checked.refused(
        HeldOutFile.INVALID_FILE, "baselines", why + "; --train FILE computes them anew.");
  }
}
