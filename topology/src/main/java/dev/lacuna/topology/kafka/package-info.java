/** The worker's clients of Kafka, their settings and their failures. */
package dev.lacuna.topology.kafka;
