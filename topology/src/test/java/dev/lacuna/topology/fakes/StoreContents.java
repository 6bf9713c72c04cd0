package dev.lacuna.topology.fakes;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A copy of what a task's stores hold. */
final class StoreContents {
  private final Map<String, Map<String, byte[]>> texts = new TreeMap<>();
  private final Map<String, List<KeyValue<byte[], byte[]>>> bytes = new TreeMap<>();

  void take(
      List<KeyValueStore<String, byte[]>> stores, List<KeyValueStore<byte[], byte[]>> byteStores) {
    texts.clear();
    bytes.clear();
    for (KeyValueStore<String, byte[]> store : stores) {
      Map<String, byte[]> copy = new TreeMap<>();
      try (KeyValueIterator<String, byte[]> all = store.all()) {
        all.forEachRemaining(one -> copy.put(one.key, one.value));
      }
      texts.put(store.name(), copy);
    }
    for (KeyValueStore<byte[], byte[]> store : byteStores) {
      List<KeyValue<byte[], byte[]>> copy = new ArrayList<>();
      try (KeyValueIterator<byte[], byte[]> all = store.all()) {
        all.forEachRemaining(copy::add);
      }
      bytes.put(store.name(), copy);
    }
  }

  void takeFrom(StoreContents other) {
    other.texts.forEach((store, entries) -> texts.put(store, new TreeMap<>(entries)));
    other.bytes.forEach((store, entries) -> bytes.put(store, new ArrayList<>(entries)));
  }

  void fill(
      List<KeyValueStore<String, byte[]>> stores, List<KeyValueStore<byte[], byte[]>> byteStores) {
    for (KeyValueStore<String, byte[]> store : stores) {
      texts.getOrDefault(store.name(), Map.of()).forEach(store::put);
    }
    for (KeyValueStore<byte[], byte[]> store : byteStores) {
      bytes.getOrDefault(store.name(), List.of()).forEach(one -> store.put(one.key, one.value));
    }
  }

  void put(String store, String key, byte[] value) {
    texts.computeIfAbsent(store, name -> new TreeMap<>()).put(key, value);
  }

  byte[] value(String store, String key) {
    return texts.get(store).get(key);
  }

  /** Everything as text, to compare. */
  Map<String, String> dump() {
    HexFormat hex = HexFormat.of();
    Map<String, String> dump = new TreeMap<>();
    texts.forEach(
        (store, entries) ->
            entries.forEach((key, value) -> dump.put(store + "/" + key, hex.formatHex(value))));
    bytes.forEach(
        (store, entries) ->
            entries.forEach(
                one -> dump.put(store + "/" + hex.formatHex(one.key), hex.formatHex(one.value))));
    return dump;
  }
}
