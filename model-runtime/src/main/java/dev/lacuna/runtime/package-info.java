/**
 * A model as requests see it: which settings it takes, how it lays a document out on canvases, and
 * how a finished run reads as text.
 */
package dev.lacuna.runtime;
