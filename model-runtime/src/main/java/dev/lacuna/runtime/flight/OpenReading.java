package dev.lacuna.runtime.flight;

/**
 * A record whose reading did not end.
 *
 * @param record which one, in the bytes of whoever read it; never written
 * @param alone whether it was read by itself: nothing else can have ended the process
 */
public record OpenReading(byte[] record, boolean alone) {}
