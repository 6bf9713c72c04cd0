/**
 * What an engine is asked and what it tells, and what it asks of a model: runs and their events,
 * forward passes and their cost.
 */
package dev.lacuna.runtime.engine.api;
