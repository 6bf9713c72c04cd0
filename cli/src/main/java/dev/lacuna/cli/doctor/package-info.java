/** {@code lacuna doctor}: what a machine has, and what to do about what is missing. */
package dev.lacuna.cli.doctor;
