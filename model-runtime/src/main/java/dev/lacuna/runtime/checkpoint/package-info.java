/**
 * A checkpoint folder, read and checked: {@link dev.lacuna.runtime.checkpoint.Checkpoint} puts
 * together what the packages below it read.
 */
package dev.lacuna.runtime.checkpoint;
