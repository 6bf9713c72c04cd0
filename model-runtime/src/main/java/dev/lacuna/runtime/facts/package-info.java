/**
 * What a model is, whichever files say so: its size, special tokens, conventions and defaults, and
 * what its user states of it.
 */
package dev.lacuna.runtime.facts;
