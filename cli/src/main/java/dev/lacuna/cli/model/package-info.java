/** Commands for one model, without Kafka: models, fill, eval, conform. */
package dev.lacuna.cli.model;
