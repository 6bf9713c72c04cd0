package dev.lacuna.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages for people can be read in an editor, and their links lead somewhere. */
class PagesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final int LONGEST_LINE = 200;

  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  private static final Pattern CODE_SPAN = Pattern.compile("`[^`]*`");

  @Test
  void shouldFindThePages() throws IOException {
    assertThat(pages())
        .contains(
            ROOT.resolve("README.md"),
            ROOT.resolve("docs/DESIGN.md"),
            ROOT.resolve("docs/adr/README.md"));
  }

  @Test
  void shouldHaveNoLongLine() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path page : pages()) {
      List<String> lines = Files.readAllLines(page);
      for (int i = 0; i < lines.size(); i++) {
        int length = lines.get(i).codePointCount(0, lines.get(i).length());
        if (length > LONGEST_LINE) {
          tooLong.add("%s:%d has %d characters".formatted(ROOT.relativize(page), i + 1, length));
        }
      }
    }
    assertThat(tooLong).as("lines of more than %d characters", LONGEST_LINE).isEmpty();
  }

  @Test
  void shouldHaveNoDeadLink() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      for (String line : prose(page)) {
        Matcher link = LINK.matcher(CODE_SPAN.matcher(line).replaceAll("``"));
        while (link.find()) {
          if (!leadsSomewhere(page, link.group(1))) {
            dead.add(ROOT.relativize(page) + " → " + link.group(1));
          }
        }
      }
    }
    assertThat(dead).as("links to a missing file or heading").isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String target) throws IOException {
    if (target.matches("[a-z]+:.*")) {
      return true; // Another site, which a build must not ask for.
    }
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    return hash < 0 || anchors(file).contains(target.substring(hash + 1));
  }

  /** The anchors that GitHub gives to a page's headings. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String line : prose(page)) {
      if (line.matches("#{1,6} .*")) {
        String anchor =
            line.replaceFirst("#+ ", "")
                .replaceAll("]\\([^)]*\\)", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int before = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? anchor : anchor + "-" + before);
      }
    }
    return anchors;
  }

  /** The lines outside of code blocks. */
  private static List<String> prose(Path page) throws IOException {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(page)) {
      if (line.stripLeading().startsWith("```")) {
        code = !code;
      } else if (!code) {
        prose.add(line);
      }
    }
    return prose;
  }

  /** Pages at the root and below docs, and the README of every folder that is not built. */
  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.find(ROOT, 9, (path, facts) -> isPage(path))) {
      return files.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isPage(Path path) {
    Path inside = ROOT.relativize(path);
    for (Path part : inside) {
      if (part.toString().equals("target") || part.toString().equals(".git")) {
        return false;
      }
    }
    boolean markdown = path.toString().endsWith(".md");
    return markdown
        && (inside.getNameCount() == 1 || inside.startsWith("docs") || path.endsWith("README.md"));
  }
}
