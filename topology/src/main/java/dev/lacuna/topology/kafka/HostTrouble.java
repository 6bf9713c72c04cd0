package dev.lacuna.topology.kafka;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a failure says of the machine, in words for somebody who can mend it. Causes are told by the
 * system's own words, which libraries hand on in exceptions of many kinds.
 */
public final class HostTrouble {

  private static final Map<String, String> SENTENCES = sentences();

  private HostTrouble() {}

  private static Map<String, String> sentences() {
    Map<String, String> sentences = new LinkedHashMap<>();
    sentences.put(
        "No space left on device",
        "the disk of state.dir is full: make room, or name a folder on another one");
    sentences.put(
        "Disk quota exceeded",
        "this user's quota on the disk of state.dir is used up: make room, or raise it");
    sentences.put(
        "Too many open files",
        "the process may open no more files: raise its limit (ulimit -n, LimitNOFILE of systemd)");
    sentences.put(
        "Read-only file system",
        "the disk of state.dir is read-only: name a folder that can be written");
    sentences.put(
        "unable to create native thread",
        "the process may start no more threads: raise its limit (ulimit -u, pids.max of its cgroup)");
    return sentences;
  }

  /** The sentence, with its cure; empty if the failure has nothing to do with the machine. */
  public static Optional<String> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      for (Map.Entry<String, String> sentence : SENTENCES.entrySet()) {
        if (message.contains(sentence.getKey())) {
          return Optional.of(sentence.getValue());
        }
      }
    }
    return Optional.empty();
  }
}
