package dev.lacuna.schemas.http;

import com.fasterxml.jackson.core.type.TypeReference;
import io.confluent.kafka.schemaregistry.client.rest.RestService;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.client.rest.utils.UrlList;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Confluent's REST client, but for whom it asks and whom it believes. That one (7.7.0) asks the
 * next address only where a connection fails or an answer is no JSON: a 502 of the first is final.
 * It takes any code of a 404 for the registry's, and an answer that comes a byte at a time never
 * ends its timeouts, which are those of single reads.
 *
 * <p>Here each call asks one address after the other, beginning with the one that answered last,
 * until one gives a result or refuses what was sent (409, 422). One that has no such thing (404xx)
 * may lag behind the others, so that they are asked too; if none knows better, that is the answer.
 * If no address gives a registry's answer, the call ends with a {@link NoAnswerException}, whatever
 * was answered. An answer has to be whole within a time.
 *
 * <p>Threading: any thread may call any method; a daemon thread for each address does the work.
 */
public final class RegistryRest extends RestService {

  private final List<Address> addresses = new ArrayList<>();
  private final Chosen chosen;
  private final AtomicInteger answeredLast = new AtomicInteger();

  /**
   * Asks nothing yet.
   *
   * @param urls at least one, the preferred one first
   * @param answerLimit for a whole answer of one address, connecting included
   */
  public RegistryRest(List<String> urls, Duration answerLimit) {
    this(new Chosen(urls), answerLimit);
  }

  private RegistryRest(Chosen chosen, Duration answerLimit) {
    super(chosen);
    this.chosen = chosen;
    chosen.urls().forEach(url -> addresses.add(new Address(url, answerLimit)));
  }

  /** The address of an url without credentials. */
  public static String withoutCredentials(String url) {
    return url.replaceAll("//[^/@,]*@", "//");
  }

  @Override
  public <T> T httpRequest(
      String path,
      String method,
      byte[] body,
      Map<String, String> headers,
      TypeReference<T> responseFormat)
      throws IOException, RestClientException {
    RestClientException unknown = null;
    Exception last = null;
    StringJoiner told = new StringJoiner("; ");
    int first = answeredLast.get();
    for (int i = 0; i < addresses.size(); i++) {
      int at = (first + i) % addresses.size();
      Address address = addresses.get(at);
      try {
        T result =
            address.ask(
                () -> {
                  chosen.choose(address.url());
                  return super.httpRequest(path, method, body, headers, responseFormat);
                });
        answeredLast.set(at);
        return result;
      } catch (InterruptedIOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        last = e;
      } catch (RestClientException e) {
        if (Answers.isRefusal(e)) {
          answeredLast.set(at);
          throw e;
        } else if (Answers.isUnknown(e)) {
          answeredLast.set(at);
          unknown = e;
        }
        last = e;
      } catch (IOException e) {
        last = e;
      }
      told.add(withoutCredentials(address.url()) + " " + Answers.describe(last));
    }
    if (unknown != null) {
      throw unknown;
    }
    throw new NoAnswerException(told.toString(), last);
  }

  @Override
  public void close() throws IOException {
    addresses.forEach(Address::close);
    super.close();
  }

  /** One address for Confluent's client: that which this thread has chosen. */
  private static final class Chosen extends UrlList {

    private final ThreadLocal<String> url = new ThreadLocal<>();

    Chosen(List<String> urls) {
      super(urls);
    }

    void choose(String address) {
      url.set(address);
    }

    @Override
    public String current() {
      return url.get();
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void fail(String address) {
      // The next one is chosen outside.
    }
  }
}
