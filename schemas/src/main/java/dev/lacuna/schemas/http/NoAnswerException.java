package dev.lacuna.schemas.http;

import java.io.IOException;

/**
 * No address gave an answer of a registry's own: none can be reached, all refuse this process, or
 * something else answers in their place. Worth another try later. The message says for each address
 * what it did and, where there is one, the cure.
 */
public final class NoAnswerException extends IOException {

  private static final long serialVersionUID = 1L;

  NoAnswerException(String message, Throwable cause) {
    super(message, cause);
  }
}
