/** Commands for whoever runs workers: topics, schemas, configuration. */
package dev.lacuna.cli.worker;
