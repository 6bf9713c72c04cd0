package dev.lacuna.chaos;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationRequest;
import java.util.Set;

/**
 * A request as the harness sends it, with what goes with it, and what may come of it.
 *
 * @param request the request
 * @param key the record's key: the id, but for a request that is to be refused for it
 * @param shape number of the shape whose text it must have, if it is completed
 * @param twist what else is sent
 * @param allowed the statuses that its completion may have
 * @param code error code that it must have, if it has one
 */
record Order(
    GenerationRequest request,
    String key,
    int shape,
    Twist twist,
    Set<CompletionStatus> allowed,
    String code) {

  /** What is sent with a request. */
  enum Twist {
    /** Nothing. */
    NONE,
    /** A control record before it, which cancels it unless it is forgotten. */
    CANCEL_BEFORE,
    /** A control record some time after it. */
    CANCEL_AFTER,
    /** A null value some time after it. */
    NULL_AFTER,
    /** The same record again, at once. */
    TWICE,
    /** The same record again, some time later. */
    AGAIN,
    /** The record itself stands in another partition than its key's. */
    MISPLACED,
    /** The same record again, some time later, in another partition than its key's. */
    SCATTERED,
    /** A record that no try can decode. */
    HOSTILE
  }
}
