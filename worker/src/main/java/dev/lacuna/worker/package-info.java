/**
 * A worker put together and run: configuration, models, engine, wire format and topology; {@link
 * dev.lacuna.worker.WorkerMain} is its main class.
 */
package dev.lacuna.worker;
