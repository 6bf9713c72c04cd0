package dev.lacuna.schemas.http;

import com.fasterxml.jackson.core.JacksonException;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** What an answer over HTTP that is no success means. */
final class Answers {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final int TOO_MANY = 429;
  private static final int REDIRECTS = 300;
  private static final int CLIENT_ERRORS = 400;

  /** A registry's own codes are a status and two digits. */
  private static final int OWN_CODES = 100;

  /** The client's own, for an answer that it can't read. */
  private static final int NO_JSON = 50005;

  private static final int REASON_CHARS_MAX = 200;

  private Answers() {}

  /**
   * Whether the registry itself says that it has no such subject, version or schema (40401, 40402,
   * 40403 and their like). A gateway before it answers 404 with a page, or with the code 404.
   */
  static boolean isUnknown(RestClientException answer) {
    return answer.getStatus() == NOT_FOUND
        && answer.getErrorCode() / OWN_CODES == NOT_FOUND
        && answer.getErrorCode() % OWN_CODES != 0;
  }

  /** Whether the registry itself refuses a schema: another address would refuse it too. */
  static boolean isRefusal(RestClientException answer) {
    int code = answer.getErrorCode();
    return switch (answer.getStatus()) {
      case CONFLICT -> code == CONFLICT || code / OWN_CODES == CONFLICT;
      case UNPROCESSABLE -> code == UNPROCESSABLE || code / OWN_CODES == UNPROCESSABLE;
      default -> false;
    };
  }

  /** What an address did that gave no answer of a registry, and the cure, in a clause. */
  static String describe(Exception failure) {
    if (failure instanceof RestClientException answer) {
      return describe(answer);
    } else if (failure instanceof JacksonException) {
      return "answers with something that is no registry's: a gateway or a login page?";
    } else if (failure instanceof SocketTimeoutException) {
      return "gives no answer in time ("
          + failure.getMessage()
          + "; schema.registry.http.connect.timeout.ms, schema.registry.http.read.timeout.ms)";
    } else if (failure instanceof UnknownHostException) {
      return "has a host that is not known (" + failure.getMessage() + ")";
    } else if (failure instanceof ConnectException) {
      return "takes no connection (" + failure.getMessage() + ")";
    }
    String text = failure.getMessage();
    return clip(text == null ? failure.getClass().getSimpleName() : text);
  }

  private static String describe(RestClientException answer) {
    int status = answer.getStatus();
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      return "refuses the credentials with status "
          + status
          + ": have they expired, or not the right? Renew schema.registry.basic.auth.user.info or"
          + " schema.registry.bearer.auth.token, and start again";
    } else if (status == NOT_FOUND) {
      return "answers 404 without a registry's own code: a gateway before it, or a wrong path in"
          + " schema.registry.url";
    } else if (status == TOO_MANY) {
      return "answers 429, too many requests";
    } else if (status >= REDIRECTS && status < CLIENT_ERRORS) {
      return "redirects with status " + status + ": set schema.registry.url to where it leads";
    } else if (status < 0) {
      return "answers with something that is no HTTP: is it another server's port, or is https"
          + " needed?";
    }
    return answer.getErrorCode() == NO_JSON
        ? "answers " + status + " without a registry's words: a gateway?"
        : "answers " + status + ": " + clip(String.valueOf(answer.getMessage()));
  }

  /** On one line: the pages of gateways have many. */
  private static String clip(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= REASON_CHARS_MAX ? line : line.substring(0, REASON_CHARS_MAX) + "…";
  }
}
