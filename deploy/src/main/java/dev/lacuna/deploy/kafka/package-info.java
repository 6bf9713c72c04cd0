/** Kafka as the command line uses it: topics, requests out, results in. */
package dev.lacuna.deploy.kafka;
