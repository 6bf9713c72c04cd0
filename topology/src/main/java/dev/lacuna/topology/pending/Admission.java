package dev.lacuna.topology.pending;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.topology.store.Entry;

/**
 * A request that was found to work.
 *
 * @param entry what is stored
 * @param entryBytes the entry, encoded
 * @param model its model
 * @param plan its canvases
 */
public record Admission(Entry entry, byte[] entryBytes, GenerationModel model, DocumentPlan plan) {}
