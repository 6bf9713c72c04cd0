/** A whole pipeline on this machine: broker, registry, worker, documents, and the account of it. */
package dev.lacuna.cli.demo;
