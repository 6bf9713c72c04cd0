package dev.lacuna.it;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What every record ended as, by the public topics alone. A dead letter is found by the topic,
 * partition and offset that it names; a completion by the header that travels with the record, or
 * by its key where headers were too large to travel.
 *
 * <p>Threading: owned by the test's thread, but for {@link #stands}, which the producer's calls.
 */
final class FuzzAccounts {

  private static final int FAULTS_TOLD_MAX = 20;

  private final FuzzGenerator generator;
  private final Map<Integer, String> references;
  private final String[] ends;
  private final Map<String, Integer> numbersByPlace = new HashMap<>();
  private final Map<String, Integer> numbersByKey = new HashMap<>();
  private final Map<String, Integer> byOutcome = new TreeMap<>();
  private final Map<String, Map<String, Integer>> byKind = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private int missing;
  private int faultCount;

  FuzzAccounts(int records, FuzzGenerator generator, Map<Integer, String> references) {
    this.ends = new String[records];
    this.generator = generator;
    this.references = references;
  }

  /** Where the broker has put a record. */
  synchronized void stands(int number, String topic, int partition, long offset) {
    numbersByPlace.put(topic + "/" + partition + "/" + offset, number);
  }

  /** A record is sent; where its completion can't carry its number, its key tells. */
  void sent(FuzzRecord record) {
    missing += record.maySilent() ? 0 : 1;
    if (record.key() != null) {
      numbersByKey.put(text(record.key()), record.number());
    }
  }

  void deadLetter(ConsumerRecord<byte[], byte[]> letter) {
    String place =
        header(letter, "lacuna.dead.topic")
            + "/"
            + header(letter, "lacuna.dead.partition")
            + "/"
            + header(letter, "lacuna.dead.offset");
    Integer number;
    synchronized (this) {
      number = numbersByPlace.remove(place);
    }
    if (number == null) {
      fault("a dead letter of " + place + ", where no record stands that has no end yet");
      return;
    }
    end(generator.record(number), "dead:" + header(letter, "lacuna.dead.code"));
  }

  void completion(ConsumerRecord<byte[], byte[]> record, GenerationCompletion completion) {
    Header header = record.headers().lastHeader(FuzzRecord.NUMBER);
    Integer number =
        header == null
            ? numbersByKey.remove(text(record.key()))
            : Integer.valueOf(text(header.value()));
    if (number == null) {
      fault("a completion of nobody: " + clip(completion.toString()));
      return;
    }
    FuzzRecord fuzz = generator.record(number);
    String outcome =
        completion.getStatus() == CompletionStatus.FAILED
            ? "failed:" + completion.getError().getCode()
            : completion.getStatus().name().toLowerCase(java.util.Locale.ROOT);
    end(fuzz, outcome);
    if (completion.getStatus() == CompletionStatus.COMPLETED) {
      checkText(fuzz, completion.getSamples().get(0).getText());
    }
  }

  private void checkText(FuzzRecord fuzz, String text) {
    String reference = references.get(fuzz.template());
    if (reference != null && !reference.equals(text)) {
      fault(fuzz.number() + " " + fuzz.kind() + ": text " + clip(text) + ", not " + reference);
    }
    int at = 0;
    for (String piece : fuzz.pieces()) {
      int found = text.indexOf(piece, at);
      if (found < 0) {
        fault(fuzz.number() + " " + fuzz.kind() + ": text lacks " + clip(piece));
        return;
      }
      at = found + piece.length();
    }
  }

  private void end(FuzzRecord fuzz, String outcome) {
    int number = fuzz.number();
    if (ends[number] != null) {
      fault(number + " " + fuzz.kind() + ": " + outcome + " after " + ends[number]);
      return;
    }
    ends[number] = outcome;
    missing -= fuzz.maySilent() ? 0 : 1;
    byOutcome.merge(outcome, 1, Integer::sum);
    byKind.computeIfAbsent(fuzz.kind(), kind -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
    if (!fuzz.mayEndAs(outcome)) {
      fault(number + " " + fuzz.kind() + ": " + outcome + ", not one of " + fuzz.outcomes());
    }
  }

  /** Records that were sent, have no end, and whose silence is no answer. */
  int missing() {
    return missing;
  }

  /** Once all is over: counts the silent and tells of the missing. */
  void close() {
    for (int number = 0; number < ends.length; number++) {
      if (ends[number] == null) {
        FuzzRecord fuzz = generator.record(number);
        if (fuzz.maySilent()) {
          end(fuzz, "silent");
        } else {
          fault(number + " " + fuzz.kind() + ": no end at all");
        }
      }
    }
  }

  /** Records of an outcome, or of all outcomes that begin so. */
  int count(String outcome) {
    return byOutcome.entrySet().stream()
        .filter(e -> e.getKey().startsWith(outcome))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** What is wrong, the first of it in words. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  int faultCount() {
    return faultCount;
  }

  /** A line for each kind. */
  String table() {
    StringBuilder table = new StringBuilder();
    byKind.forEach((kind, outcomes) -> table.append("%-28s %s%n".formatted(kind, outcomes)));
    return table.toString();
  }

  private void fault(String what) {
    faultCount++;
    if (faults.size() < FAULTS_TOLD_MAX) {
      faults.add(what);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return text(record.headers().lastHeader(name).value());
  }

  private static String clip(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
