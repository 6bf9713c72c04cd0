package dev.lacuna.runtime.text.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.natives.ModelNatives;
import dev.lacuna.runtime.text.TextCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A Hugging Face {@code tokenizer.json}, run by the native library that DJL ships.
 *
 * <p>Threading: immutable; any thread may encode and decode. Whoever loaded it may call {@link
 * #close} once no thread does.
 *
 * <p>Up to three tokenizers stand behind it. Those that encode know no special token ({@link
 * TokenizerDefinition#encoderJson}), so text that looks like one stays text; where the file treats
 * a text's beginning as a place of its own, a second one encodes what follows other text ({@link
 * ContinuationRules}). The one that decodes is the file's own and leaves special tokens out of the
 * text.
 */
public final class HuggingFaceTextCodec implements TextCodec, AutoCloseable {

  /** DJL truncates to 512 tokens, pads, and adds special tokens unless told otherwise. */
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  private static final int MAX_CHARACTERS_SHOWN = 200;

  private final HuggingFaceTokenizer encoder;
  private final HuggingFaceTokenizer continuation; // the encoder itself where one is enough
  private final HuggingFaceTokenizer decoder;
  private final TokenAnchor anchor; // null if the vocabulary has none
  private final int maxTokenBytes;
  private final int size;

  private HuggingFaceTextCodec(TokenizerDefinition file) throws IOException {
    String encoderJson = file.encoderJson();
    String continuationJson = file.continuationJson();
    this.encoder = start(encoderJson);
    this.continuation = continuationJson.equals(encoderJson) ? encoder : start(continuationJson);
    this.decoder = start(file.decoderJson());
    this.anchor = TokenAnchor.find(file.size(), file::contentOf, this::decode);
    this.maxTokenBytes = file.maxTokenBytes();
    this.size = file.size();
  }

  /**
   * Loads a tokenizer.
   *
   * @param path the file {@code tokenizer.json}
   * @param reservedTokens ids that no text may become, beside those the file itself calls special:
   *     the mask, end and padding tokens
   * @return the codec, or a refusal with code {@link RefusalCodes#INVALID_TOKENIZER}
   */
  public static Checked<HuggingFaceTextCodec> load(Path path, int... reservedTokens) {
    TokenizerDefinition file;
    try {
      file = TokenizerDefinition.parse(Files.readString(path), reservedTokens);
    } catch (JsonProcessingException e) {
      return refused(path, "it is no JSON: " + shown(e.getOriginalMessage()));
    } catch (CharacterCodingException e) {
      return refused(path, "it isn't UTF-8");
    } catch (IOException e) {
      return refused(path, "it can't be read: " + e);
    } catch (IllegalArgumentException e) {
      return refused(path, e.getMessage());
    }
    return open(path, file, reservedTokens);
  }

  /**
   * Opens it.
   *
   * @throws dev.lacuna.runtime.natives.NativesException if the native library can't be used here
   */
  private static Checked<HuggingFaceTextCodec> open(
      Path path, TokenizerDefinition file, int[] reservedTokens) {
    ModelNatives.prepareTokenizers();
    HuggingFaceTextCodec codec;
    try {
      codec = new HuggingFaceTextCodec(file);
    } catch (IOException | RuntimeException e) {
      return refused(path, "the tokenizers library refuses it: " + shown(e.getMessage()));
    }
    for (int token : reservedTokens) {
      String look = file.contentOf(token);
      if (look != null
          && (contains(codec.encode(look), token) || contains(codec.encodeAfter(look), token))) {
        codec.close();
        return refused(path, "text '" + shown(look) + "' would become the reserved token " + token);
      }
    }
    return Checked.valid(codec);
  }

  /** Messages may repeat the file. */
  private static String shown(String message) {
    return message == null || message.length() <= MAX_CHARACTERS_SHOWN
        ? message
        : message.substring(0, MAX_CHARACTERS_SHOWN) + "…";
  }

  private static boolean contains(int[] tokens, int token) {
    return Arrays.stream(tokens).anyMatch(id -> id == token);
  }

  private static HuggingFaceTokenizer start(String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), OPTIONS);
  }

  private static Checked<HuggingFaceTextCodec> refused(Path path, String why) {
    return Checked.refused(
        RefusalCodes.INVALID_TOKENIZER,
        path.getFileName().toString(),
        "Can't use " + path + " as a tokenizer: " + why + ". Fetch the model's file again.");
  }

  @Override
  public int[] encode(String text) {
    return encode(encoder, text);
  }

  @Override
  public int[] encodeAfter(String text) {
    return encode(continuation, text);
  }

  private static int[] encode(HuggingFaceTokenizer tokenizer, String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    long[] ids = tokenizer.encode(withoutLoneSurrogates(text), false, false).getIds();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * Half a surrogate pair has no UTF-8 form and would spoil the whole text on its way to native.
   */
  private static String withoutLoneSurrogates(String text) {
    if (text.codePoints().noneMatch(HuggingFaceTextCodec::isSurrogate)) {
      return text;
    }
    return text.codePoints()
        .map(point -> isSurrogate(point) ? 0xFFFD : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  @Override
  public String decode(int[] tokens) {
    if (tokens.length == 0) {
      return "";
    }
    return decoder.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  @Override
  public String decodeAfter(int[] tokens) {
    if (tokens.length == 0 || anchor == null) {
      return decode(tokens);
    }
    int[] anchored = new int[tokens.length + 1];
    anchored[0] = anchor.token();
    System.arraycopy(tokens, 0, anchored, 1, tokens.length);
    String text = decode(anchored);
    return text.startsWith(anchor.text()) ? text.substring(anchor.text().length()) : decode(tokens);
  }

  @Override
  public boolean spacesTokens() {
    return anchor != null && anchor.spaced();
  }

  @Override
  public int maxTokenBytes() {
    return maxTokenBytes;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void close() {
    encoder.close();
    if (continuation != encoder) {
      continuation.close();
    }
    decoder.close();
  }
}
