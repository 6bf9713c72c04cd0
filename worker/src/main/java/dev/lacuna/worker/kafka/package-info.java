/** Kafka clients by the worker's configuration: topics, requests out, results in. */
package dev.lacuna.worker.kafka;
