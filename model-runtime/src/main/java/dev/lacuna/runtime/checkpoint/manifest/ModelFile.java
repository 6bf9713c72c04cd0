package dev.lacuna.runtime.checkpoint.manifest;

/**
 * A file of a model folder.
 *
 * @param name file name, without a folder
 * @param bytes length
 * @param sha256 SHA-256 of the content, 64 hexadecimal digits
 */
public record ModelFile(String name, long bytes, String sha256) {}
