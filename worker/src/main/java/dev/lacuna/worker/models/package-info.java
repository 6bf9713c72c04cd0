/** The models that a worker serves, by name, in one engine, and the folders that they come from. */
package dev.lacuna.worker.models;
