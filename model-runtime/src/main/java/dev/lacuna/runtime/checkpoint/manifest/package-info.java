/**
 * The manifest that an imported model carries: what it is, which files it has, where they come
 * from.
 */
package dev.lacuna.runtime.checkpoint.manifest;
