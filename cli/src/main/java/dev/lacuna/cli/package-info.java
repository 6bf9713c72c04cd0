/** The command line {@code lacuna}: all commands in one place. */
package dev.lacuna.cli;
