package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Pipeline;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A client of another language as a script. Its arguments are the brokers, the topic, further ones,
 * then id and value in base64 of each record in turn; it prints a line {@code id partition} for
 * each.
 *
 * @param command runs the script
 */
record ScriptClient(List<String> command) {

  /** Sends requests to the pipeline's topic; the partition of each, in their order. */
  List<Integer> send(Pipeline pipeline, List<String> further, List<GenerationRequest> requests)
      throws Exception {
    List<String> all = new ArrayList<>(command);
    all.add(pipeline.bootstrapServers());
    all.add(pipeline.topics.requests());
    all.addAll(further);
    for (GenerationRequest request : requests) {
      all.add(request.getId());
      all.add(Base64.getEncoder().encodeToString(pipeline.encode(request)));
    }
    Process script = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(script.waitFor()).as(out).isZero();
    return Stream.of(out.trim().split("\n"))
        .map(line -> Integer.valueOf(line.substring(line.indexOf(' ') + 1)))
        .toList();
  }
}
