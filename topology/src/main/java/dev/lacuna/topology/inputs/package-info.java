/**
 * The topics that tasks read and keep their stores in, as they change around a running worker:
 * which partitions can be served, and from where each is read.
 */
package dev.lacuna.topology.inputs;
