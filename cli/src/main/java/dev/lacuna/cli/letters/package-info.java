/** {@code lacuna dead-letters}: what could not be answered, and sending it again. */
package dev.lacuna.cli.letters;
