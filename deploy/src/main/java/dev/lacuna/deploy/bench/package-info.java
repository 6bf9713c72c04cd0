/** Benchmarks that a user can run: {@code lacuna bench}. */
package dev.lacuna.deploy.bench;
