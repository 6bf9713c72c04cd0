package dev.lacuna.schemas.http;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One address of a registry. Calls have a limit in time, whatever the other side does: a socket
 * knows only the time between two bytes, and the resolution of a name has no limit at all. While a
 * call beyond its limit has not ended, nothing else is asked here.
 *
 * <p>Threading: any thread may call any method; calls take turns on a daemon thread, which ends
 * when nothing is asked.
 */
final class Address implements AutoCloseable {

  private static final long IDLE_SECONDS = 10;

  private final String url;
  private final Duration limit;
  private final ThreadPoolExecutor thread;
  private volatile boolean running;
  private volatile long beganNanos;

  /** Something that asks this address. */
  interface Call<T> {

    /** Asks; blocks. */
    T ask() throws IOException, RestClientException;
  }

  Address(String url, Duration limit) {
    this.url = url;
    this.limit = limit;
    thread =
        new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Address::daemon);
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(Runnable work) {
    Thread daemon = new Thread(work, "lacuna-registry");
    daemon.setDaemon(true);
    return daemon;
  }

  String url() {
    return url;
  }

  /**
   * Does a call within the limit.
   *
   * @throws SocketTimeoutException if it, or one before it, has not ended in time
   * @throws InterruptedIOException if the caller is interrupted, who stays so
   */
  <T> T ask(Call<T> call) throws IOException, RestClientException {
    if (running && System.nanoTime() - beganNanos > limit.toNanos()) {
      throw new SocketTimeoutException("an answer is not whole since " + limit.toMillis() + " ms");
    }
    Future<T> answer = submit(call);
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new SocketTimeoutException("no whole answer within " + limit.toMillis() + " ms");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the schema registry was asked");
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private <T> Future<T> submit(Call<T> call) throws IOException {
    try {
      return thread.submit(() -> timed(call));
    } catch (RejectedExecutionException closed) {
      throw new IOException("the client is closed", closed);
    }
  }

  private <T> T timed(Call<T> call) throws IOException, RestClientException {
    beganNanos = System.nanoTime();
    running = true;
    try {
      return call.ask();
    } finally {
      running = false;
    }
  }

  /** The cause of a failed call, as if it had been done on the caller's thread. */
  private static IOException rethrown(Throwable cause) throws IOException, RestClientException {
    if (cause instanceof RestClientException answer) {
      throw answer;
    } else if (cause instanceof RuntimeException failure) {
      throw failure;
    } else if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException failed ? failed : new IOException(cause);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
