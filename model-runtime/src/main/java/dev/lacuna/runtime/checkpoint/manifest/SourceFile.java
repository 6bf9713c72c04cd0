package dev.lacuna.runtime.checkpoint.manifest;

/**
 * A file that a model was imported from; its content is part of the revision.
 *
 * @param name file name, without a folder
 * @param bytes length
 */
public record SourceFile(String name, long bytes) {}
