package dev.lacuna.topology.kafka;

import dev.lacuna.topology.CommitCount;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.kafka.clients.producer.Producer;

/**
 * Counts the transactions that each stream thread has committed. Under {@code exactly_once_v2} a
 * thread has one producer for all its tasks and calls {@code commitTransaction} itself, so that the
 * count of the calling thread is the one that its tasks' writes wait for. An aborted transaction
 * doesn't count; the tasks that wrote in it are closed, and their next lives begin anew.
 *
 * <p>Threading: any thread may call any method; each sees its own count.
 */
public final class CountedCommits implements CommitCount {
  private final ThreadLocal<long[]> committed = ThreadLocal.withInitial(() -> new long[1]);
  private final Runnable then;

  /**
   * Nothing committed yet.
   *
   * @param then called on the committing thread after each commit; must not block
   */
  public CountedCommits(Runnable then) {
    this.then = then;
  }

  @Override
  public long committed() {
    return committed.get()[0];
  }

  /** Wraps a producer. The interface has a dozen methods and gains more: hence the proxy. */
  @SuppressWarnings("unchecked")
  Producer<byte[], byte[]> wrap(Producer<byte[], byte[]> producer) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            CountedCommits.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> invoke(producer, method, arguments));
  }

  private Object invoke(Producer<byte[], byte[]> producer, Method method, Object[] arguments)
      throws Throwable {
    Object result;
    try {
      result = method.invoke(producer, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
    if (method.getName().equals("commitTransaction")) {
      committed.get()[0]++;
      then.run();
    }
    return result;
  }
}
