package dev.lacuna.topology.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One bound for the memory of all stores of a process. Kafka Streams' own is 50 MB of cache and up
 * to 48 MB of write buffers for each store of each task, which fill over hours: with four stores
 * and six tasks more than two gigabytes, for accepted work that takes some megabytes.
 *
 * <p>Threading: any thread may call any method.
 */
public final class BoundedRocksMemory implements RocksDBConfigSetter {
  private static final long CACHE_BYTES = 32L << 20;
  private static final long ALL_WRITE_BUFFERS_BYTES = 16L << 20;
  private static final long WRITE_BUFFER_BYTES = 1L << 20;
  private static final int WRITE_BUFFERS = 2;

  /** Shared by all stores, and so never closed. */
  private static final Cache CACHE;

  private static final WriteBufferManager WRITE_BUFFERS_OF_ALL;

  static {
    RocksDB.loadLibrary();
    CACHE = new LRUCache(CACHE_BYTES);
    WRITE_BUFFERS_OF_ALL = new WriteBufferManager(ALL_WRITE_BUFFERS_BYTES, CACHE);
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
      table.setBlockCache(CACHE);
      table.setCacheIndexAndFilterBlocks(true);
      options.setTableFormatConfig(table);
    }
    options.setWriteBufferManager(WRITE_BUFFERS_OF_ALL);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
  }

  @Override
  public void close(String storeName, Options options) {
    // Nothing here belongs to one store.
  }
}
