/**
 * Untrusted files: JSON read within bounds, names, digests, and the exception that says which file
 * is wrong and how.
 */
package dev.lacuna.runtime.checkpoint.files;
