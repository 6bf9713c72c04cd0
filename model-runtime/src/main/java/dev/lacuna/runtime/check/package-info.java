/**
 * Verdicts on what a request asks: a valid value or a {@link dev.lacuna.runtime.check.Refusal}, its
 * codes, and failures in words.
 */
package dev.lacuna.runtime.check;
