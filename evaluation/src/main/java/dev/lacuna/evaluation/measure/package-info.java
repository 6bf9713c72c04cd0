/**
 * How good a model is on documents that it has not seen: likelihood bound, accuracy of one forward
 * pass, accuracy of whole runs through the engine.
 */
package dev.lacuna.evaluation.measure;
