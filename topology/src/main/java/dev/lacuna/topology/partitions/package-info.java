/** In which partition a record belongs. */
package dev.lacuna.topology.partitions;
