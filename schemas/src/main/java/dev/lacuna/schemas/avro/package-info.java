/** What Avro's own rules do not say about two schemas. */
package dev.lacuna.schemas.avro;
