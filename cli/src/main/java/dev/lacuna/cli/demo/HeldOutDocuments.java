package dev.lacuna.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.TextCodec;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.worker.kafka.WireDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The demo's own documents: texts that the demo model has not seen, with spans cut out.
 *
 * @param cutter the model's tokens
 * @param canvasTokens longest canvas of the model
 * @param steps steps of every request, or empty for the demo's choice
 * @param seed the choice's and the requests' seed
 */
record HeldOutDocuments(SpanCutter cutter, int canvasTokens, Optional<Integer> steps, long seed) {
  static final int DOCUMENTS = 24;
  static final int PROMPTS = 2;

  private static final int MIN_TOKENS = 60;
  private static final int MAX_TOKENS = 190;
  private static final int PROMPT_TOKENS = 120;
  private static final int PROMPT_BLANK_TOKENS = 56;
  private static final int STEPS = 16;
  private static final int PROMPT_STEPS = 32;

  /** Below 1, since a small model's unlikely words are mostly mistakes. */
  private static final float TEMPERATURE = 0.7f;

  private static final float TOP_P = 0.95f;

  static HeldOutDocuments of(
      TextCodec codec, int canvasTokens, Optional<Integer> steps, long seed) {
    return new HeldOutDocuments(new SpanCutter(codec), canvasTokens, steps, seed);
  }

  /** Texts by package, in the order of the file. */
  static Map<String, String> read(Path heldOut) throws IOException {
    JsonMapper mapper = new JsonMapper();
    Map<String, String> texts = new LinkedHashMap<>();
    for (String line : Files.readAllLines(heldOut)) {
      JsonNode node = mapper.readTree(line);
      texts.put(node.get("package").textValue(), node.get("text").textValue());
    }
    return texts;
  }

  /** Two dozen documents with blanks and two long prompts, the same ones for the same seed. */
  List<GenerationRequest> choose(Map<String, String> texts) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Map.Entry<String, String>> left = new ArrayList<>(texts.entrySet());
    List<GenerationRequest> requests = new ArrayList<>();
    int longest = Math.min(MAX_TOKENS, canvasTokens * 3 / 4);
    while (requests.size() < DOCUMENTS + PROMPTS && !left.isEmpty()) {
      Map.Entry<String, String> text = left.remove(random.nextInt(left.size()));
      int tokens = cutter.codec().encode(text.getValue()).length;
      boolean isPrompt = requests.size() < PROMPTS;
      Optional<Document> document =
          isPrompt
              ? Optional.of(text.getValue())
                  .filter(any -> tokens > PROMPT_TOKENS + PROMPT_BLANK_TOKENS / 2)
                  .map(value -> cutter.prompt(value, PROMPT_TOKENS, PROMPT_BLANK_TOKENS))
              : Optional.of(text.getValue())
                  .filter(any -> tokens >= MIN_TOKENS && tokens <= longest)
                  .flatMap(value -> cutter.cut(value, random));
      document.ifPresent(
          blanks ->
              requests.add(
                  request(
                      text.getKey(), blanks, isPrompt ? PROMPT_STEPS : STEPS, requests.size())));
    }
    return requests;
  }

  private GenerationRequest request(String name, Document document, int usualSteps, int number) {
    return GenerationRequest.newBuilder()
        .setId(name)
        .setDocument(WireDocuments.toWire(document))
        .setSampling(
            Sampling.newBuilder()
                .setSteps(steps.orElse(usualSteps))
                .setTemperature(TEMPERATURE)
                .setTopP(TOP_P)
                .setSeed(seed + number)
                .build())
        .setLabels(Map.of("package", name))
        .build();
  }
}
