package dev.lacuna.it.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stores on a disk that is full while the switch is on: what writes fails, as RocksDB would.
 *
 * <p>Threading: any thread may call any method; a store is owned by its stream thread.
 */
final class FailingStores {
  private static final Set<String> WRITES =
      Set.of("put", "putIfAbsent", "putAll", "delete", "flush", "commit");

  private final Switch full;

  FailingStores(Path folder) {
    full = new Switch(folder, Switch.STORES);
  }

  KeyValueBytesStoreSupplier wrap(KeyValueBytesStoreSupplier real) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return real.name();
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return wrap(real.get());
      }

      @Override
      public String metricsScope() {
        return real.metricsScope();
      }
    };
  }

  /** A proxy, so that the interface's default methods reach the real store too. */
  @SuppressWarnings("unchecked")
  private KeyValueStore<Bytes, byte[]> wrap(KeyValueStore<Bytes, byte[]> real) {
    return (KeyValueStore<Bytes, byte[]>)
        Proxy.newProxyInstance(
            FailingStores.class.getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, arguments) -> call(real, method, arguments));
  }

  private Object call(KeyValueStore<Bytes, byte[]> real, Method method, Object[] arguments)
      throws Throwable {
    if (WRITES.contains(method.getName()) && full.text().isPresent()) {
      throw new ProcessorStateException(
          "injected: no space left on device, " + method.getName() + " of store " + real.name());
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
