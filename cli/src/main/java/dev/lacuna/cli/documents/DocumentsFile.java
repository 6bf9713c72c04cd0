package dev.lacuna.cli.documents;

import dev.lacuna.console.FileProblem;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.wire.GenerationRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file of document lines; blank lines are skipped. */
public final class DocumentsFile {

  private DocumentsFile() {}

  /**
   * Reads all lines, since a file with one bad line is better refused than half submitted.
   *
   * @param name how errors name the file
   * @return the requests in order, or the first line at fault with its number
   */
  public static Checked<List<GenerationRequest>> read(String name, Reader source) {
    List<GenerationRequest> requests = new ArrayList<>();
    Map<String, Integer> lineOfId = new HashMap<>();
    try (BufferedReader lines = new BufferedReader(source)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        Checked<GenerationRequest> parsed = DocumentLine.parse(line);
        if (parsed instanceof Checked.Refused<GenerationRequest> refused) {
          return refused(name, number, refused.refusal().message());
        }
        GenerationRequest request = ((Checked.Valid<GenerationRequest>) parsed).value();
        Integer earlier = lineOfId.put(request.getId(), number);
        if (earlier != null) {
          return refused(name, number, "id \"" + request.getId() + "\" stands in line " + earlier);
        }
        requests.add(request);
      }
    } catch (IOException e) {
      return Checked.refused(DocumentLine.INVALID_LINE, "line", FileProblem.of(name, e));
    }
    return requests.isEmpty()
        ? Checked.refused(DocumentLine.INVALID_LINE, "line", name + " holds no document")
        : Checked.valid(requests);
  }

  private static <T> Checked<T> refused(String name, int line, String message) {
    return Checked.refused(
        DocumentLine.INVALID_LINE, "line", "%s, line %d: %s".formatted(name, line, message));
  }
}
