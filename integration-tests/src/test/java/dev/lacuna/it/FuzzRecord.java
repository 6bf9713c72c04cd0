package dev.lacuna.it;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One record of the fuzz test and what it may end as.
 *
 * @param number from 0; travels in the header {@link #NUMBER}
 * @param kind what was done to it
 * @param control whether it goes to the control topic
 * @param key its key, or null
 * @param value its value, or null
 * @param headers further headers
 * @param timestampMillis its timestamp, or null for now
 * @param outcomes what it may end as, see {@link FuzzAccounts}: {@code dead:CODE}, {@code
 *     failed:CODE}, {@code dead}, {@code failed}, {@code completed}, {@code cancelled}, {@code
 *     expired}, or {@code silent} where nothing may come
 * @param pieces texts that its completion's text holds, in order; empty if nothing is known of it
 * @param template number of the request whose text it completes to, or -1
 */
record FuzzRecord(
    int number,
    String kind,
    boolean control,
    byte[] key,
    byte[] value,
    Map<String, byte[]> headers,
    Long timestampMillis,
    Set<String> outcomes,
    List<String> pieces,
    int template) {

  static final String NUMBER = "fuzz-number";

  static FuzzRecord request(int number, String kind, byte[] key, byte[] value, String... outcomes) {
    return new FuzzRecord(
        number, kind, false, key, value, Map.of(), null, Set.of(outcomes), List.of(), -1);
  }

  static FuzzRecord control(int number, String kind, byte[] key, byte[] value, String... outcomes) {
    return new FuzzRecord(
        number, kind, true, key, value, Map.of(), null, Set.of(outcomes), List.of(), -1);
  }

  FuzzRecord holding(String... texts) {
    return new FuzzRecord(
        number,
        kind,
        control,
        key,
        value,
        headers,
        timestampMillis,
        outcomes,
        List.of(texts),
        template);
  }

  FuzzRecord as(int sameTextAs) {
    return new FuzzRecord(
        number, kind, control, key, value, headers, timestampMillis, outcomes, pieces, sameTextAs);
  }

  FuzzRecord with(Map<String, byte[]> more) {
    return new FuzzRecord(
        number, kind, control, key, value, more, timestampMillis, outcomes, pieces, template);
  }

  FuzzRecord at(long millis) {
    return new FuzzRecord(
        number, kind, control, key, value, headers, millis, outcomes, pieces, template);
  }

  /** Whether an outcome is one of those that it may have. */
  boolean mayEndAs(String outcome) {
    int colon = outcome.indexOf(':');
    return outcomes.contains(outcome)
        || (colon > 0 && outcomes.contains(outcome.substring(0, colon)));
  }

  boolean maySilent() {
    return outcomes.contains("silent");
  }
}
