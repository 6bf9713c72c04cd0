package dev.lacuna.topology.store;

/** What a worker may have died of, as the flight log and the death notes name it. */
public sealed interface Suspect {

  /** Partition of the control topic whose task counts its deaths. */
  int partition();

  /**
   * A request whose run was in a forward pass.
   *
   * @param id the request's id
   * @param requestMicros timestamp of its record, which tells it from another request of that id
   */
  record Request(int partition, String id, long requestMicros) implements Suspect {}

  /**
   * A record of a request topic that was being read.
   *
   * @param offset its offset in its partition
   */
  record Reading(int partition, String topic, long offset) implements Suspect {}
}
