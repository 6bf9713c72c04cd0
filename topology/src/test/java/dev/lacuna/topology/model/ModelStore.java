package dev.lacuna.topology.model;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A changelogged store: every write is told. */
final class ModelStore<K> implements KeyValueStore<K, byte[]> {

  private final String name;
  private final Function<K, Bytes> encode;
  private final Function<Bytes, K> decode;
  private final NavigableMap<Bytes, byte[]> contents;
  private final BiConsumer<Bytes, byte[]> writes;

  ModelStore(
      String name,
      Function<K, Bytes> encode,
      Function<Bytes, K> decode,
      NavigableMap<Bytes, byte[]> restored,
      BiConsumer<Bytes, byte[]> writes) {
    this.name = name;
    this.encode = encode;
    this.decode = decode;
    this.contents = new TreeMap<>(restored);
    this.writes = writes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void put(K key, byte[] value) {
    Bytes bytes = encode.apply(key);
    if (value == null) {
      contents.remove(bytes);
    } else {
      contents.put(bytes, value);
    }
    writes.accept(bytes, value);
  }

  @Override
  public byte[] putIfAbsent(K key, byte[] value) {
    byte[] before = get(key);
    if (before == null) {
      put(key, value);
    }
    return before;
  }

  @Override
  public void putAll(List<KeyValue<K, byte[]>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte[] delete(K key) {
    byte[] before = get(key);
    put(key, null);
    return before;
  }

  @Override
  public byte[] get(K key) {
    return contents.get(encode.apply(key));
  }

  @Override
  public KeyValueIterator<K, byte[]> range(K from, K to) {
    return iterator(contents.subMap(encode.apply(from), true, encode.apply(to), true));
  }

  @Override
  public KeyValueIterator<K, byte[]> all() {
    return iterator(contents);
  }

  /** Over a snapshot, as RocksDB's are. */
  private KeyValueIterator<K, byte[]> iterator(NavigableMap<Bytes, byte[]> part) {
    List<KeyValue<K, byte[]>> copy = new ArrayList<>();
    part.forEach((key, value) -> copy.add(KeyValue.pair(decode.apply(key), value)));
    Iterator<KeyValue<K, byte[]>> rest = copy.iterator();
    return new KeyValueIterator<>() {
      @Override
      public void close() {}

      @Override
      public K peekNextKey() {
        throw new UnsupportedOperationException();
      }

      @Override
      public boolean hasNext() {
        return rest.hasNext();
      }

      @Override
      public KeyValue<K, byte[]> next() {
        return rest.next();
      }
    };
  }

  @Override
  public long approximateNumEntries() {
    return contents.size();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }
}
