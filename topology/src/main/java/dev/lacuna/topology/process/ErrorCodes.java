package dev.lacuna.topology.process;

import java.util.Map;
import java.util.TreeMap;

/**
 * Codes of FAILED completions and dead letters that the topology gives; the model runtime and the
 * wire format have their own. Codes are stable and an open set.
 */
public final class ErrorCodes {
  /** The record key is not the UTF-8 id. */
  public static final String KEY_MISMATCH = "KEY_MISMATCH";

  /** The record stands in another partition than its key's. */
  public static final String PARTITION_MISMATCH = "PARTITION_MISMATCH";

  /** The deadline can't be told, or is an instant that nobody means. */
  public static final String INVALID_DEADLINE = "INVALID_DEADLINE";

  /** The id is empty or too long. */
  public static final String INVALID_ID = "INVALID_ID";

  /** The id is reserved for the worker. */
  public static final String RESERVED_ID = "RESERVED_ID";

  /** No such model here. */
  public static final String UNKNOWN_MODEL = "UNKNOWN_MODEL";

  /** The model belongs to this application and could not be loaded. */
  public static final String MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE";

  /** The number of samples is out of bounds. */
  public static final String INVALID_SAMPLES = "INVALID_SAMPLES";

  /** The number of samples to choose from is out of bounds. */
  public static final String INVALID_BEST_OF = "INVALID_BEST_OF";

  /** The priority is out of bounds. */
  public static final String INVALID_PRIORITY = "INVALID_PRIORITY";

  /** The record headers are too large to travel. */
  public static final String HEADERS_TOO_LARGE = "HEADERS_TOO_LARGE";

  /** A record that this request needs would be too large for its topic. */
  public static final String TOO_LARGE = "TOO_LARGE";

  /** Model, number format, runtime or device are not those the request was begun with. */
  public static final String MODEL_CHANGED = "MODEL_CHANGED";

  /** Workers died of the request, or of reading the record. */
  public static final String CRASHED = "CRASHED";

  /** A death note that can't be read. */
  public static final String INVALID_DEATH_NOTE = "INVALID_DEATH_NOTE";

  /** A value is missing where one is needed. */
  public static final String NULL_VALUE = "NULL_VALUE";

  /** The control record asks for something unknown to this worker. */
  public static final String UNKNOWN_ACTION = "UNKNOWN_ACTION";

  /** The registry has no such schema. */
  public static final String UNKNOWN_SCHEMA = "UNKNOWN_SCHEMA";

  /** Too many control records wait for their schemas already. */
  public static final String TOO_MANY_WAITING = "TOO_MANY_WAITING";

  /** A request of this id is pending, or was answered and is remembered. */
  public static final String DUPLICATE_ID = "DUPLICATE_ID";

  /** The request can't be done by its deadline; the code of an EXPIRED completion. */
  public static final String DEADLINE_UNREACHABLE = "DEADLINE_UNREACHABLE";

  private ErrorCodes() {}

  /** All codes with their meaning, for the documentation. */
  public static Map<String, String> meanings() {
    Map<String, String> meanings = new TreeMap<>();
    meanings.put(KEY_MISMATCH, "the record key is not the UTF-8 id");
    meanings.put(
        PARTITION_MISMATCH,
        "the record stands in another partition than its key's (`requests.partition.mismatch`)");
    meanings.put(
        INVALID_DEADLINE,
        "the deadline is no instant of the years 2000 to 9999, or its schema names no time zone");
    meanings.put(INVALID_ID, "the id is empty or longer than 1,024 bytes");
    meanings.put(RESERVED_ID, "the id begins with '__lacuna.'");
    meanings.put(UNKNOWN_MODEL, "the application has no such model");
    meanings.put(
        MODEL_UNAVAILABLE, "the application names this model, and the worker cannot load it");
    meanings.put(INVALID_SAMPLES, "samples is below 1 or above the limit");
    meanings.put(INVALID_BEST_OF, "bestOf is below samples or above the limit");
    meanings.put(INVALID_PRIORITY, "priority is outside -100 to 100");
    meanings.put(HEADERS_TOO_LARGE, "the record headers exceed the limit");
    meanings.put(TOO_LARGE, "document, labels, stored request or completion exceed a limit");
    meanings.put(
        MODEL_CHANGED,
        "the model, number format, runtime or device has changed since the request began");
    meanings.put(
        CRASHED,
        "the request killed `crash.attempts.max` workers while it ran alone, or the record while it was"
            + " read");
    meanings.put(NULL_VALUE, "the record has no value");
    meanings.put(UNKNOWN_ACTION, "the worker does not know this control action");
    meanings.put(INVALID_DEATH_NOTE, "the record has a death note's key and holds no death note");
    meanings.put(
        UNKNOWN_SCHEMA,
        "the registry has no such schema, and has said so for `schema.unknown.retry.ms`");
    meanings.put(TOO_MANY_WAITING, "10,000 control records already wait for their schemas");
    meanings.put(DUPLICATE_ID, "a request with this id is pending or remembered");
    meanings.put(DEADLINE_UNREACHABLE, "the estimated run time exceeds the deadline (EXPIRED)");
    return meanings;
  }
}
