/** Checkpoint folders become models that an engine runs and a topology plans with. */
package dev.lacuna.runtime.loading;
