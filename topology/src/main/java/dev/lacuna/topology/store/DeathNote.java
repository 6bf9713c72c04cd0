package dev.lacuna.topology.store;

import java.util.UUID;

/**
 * A worker died, and this was in danger at that moment.
 *
 * @param death number of the death: however often its notes arrive, it counts once
 * @param suspect what may be to blame
 * @param alone whether nothing else can be
 * @param sample number of the sample whose run it was, from 1; 0 of a record
 * @param steps steps that the run had done by then; once more of them are stored, this death stands
 *     against the run no longer
 */
public record DeathNote(UUID death, Suspect suspect, boolean alone, int sample, int steps) {}
