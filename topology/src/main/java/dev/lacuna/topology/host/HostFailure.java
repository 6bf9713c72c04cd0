package dev.lacuna.topology.host;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A stream thread failed for want of something that the machine has no more of. Another thread
 * would fare no better. The message says what is wanting and what helps.
 *
 * <p>Causes are told by the system's own words, which libraries hand on in exceptions of many
 * kinds.
 */
public final class HostFailure extends Error {

  private static final long serialVersionUID = 1L;

  private static final Map<String, String> SENTENCES = sentences();

  private HostFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }

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
        "the process may start no more threads: raise its limit (ulimit -u, pids.max of its"
            + " cgroup)");
    return sentences;
  }

  /** The failure in words that help; the failure itself if it does not come from the machine. */
  public static Throwable orSelf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      for (Map.Entry<String, String> sentence : SENTENCES.entrySet()) {
        if (message.contains(sentence.getKey())) {
          return new HostFailure(sentence.getValue(), failure);
        }
      }
    }
    return failure;
  }

  /** The sentence alone: it is what a person reads last. */
  @Override
  public String toString() {
    return getMessage();
  }
}
