/**
 * What every command prints with: the terminal's streams and styles, tables, plots of characters,
 * progress, JSON lines.
 */
package dev.lacuna.console;
