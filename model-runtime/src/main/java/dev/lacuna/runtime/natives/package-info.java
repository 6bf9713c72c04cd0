/**
 * Where native libraries are unpacked to and loaded from: folders that this user alone can write.
 */
package dev.lacuna.runtime.natives;
