/**
 * Documents with blanks, and their canvases: a {@link dev.lacuna.runtime.text.DocumentPlan} on the
 * way in, a filled document on the way out.
 */
package dev.lacuna.runtime.text;
