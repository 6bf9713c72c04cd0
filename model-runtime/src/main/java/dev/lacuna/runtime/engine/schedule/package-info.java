/**
 * Which runs share the next forward pass: {@link dev.lacuna.runtime.engine.schedule.BatchPolicy}
 * and its flows, shapes and ranks. It knows neither tokens nor devices.
 */
package dev.lacuna.runtime.engine.schedule;
