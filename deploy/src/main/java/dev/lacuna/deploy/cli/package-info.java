/** The command line: one class for each command. */
package dev.lacuna.deploy.cli;
