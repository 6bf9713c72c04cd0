/**
 * Reads JSON that comes from outside: checkpoints, manifests, conformance kits, documents. Every
 * field is checked as it is read; each caller brings its exception.
 */
package dev.lacuna.runtime.json;
