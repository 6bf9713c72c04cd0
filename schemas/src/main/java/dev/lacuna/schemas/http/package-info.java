/** Asking a schema registry over HTTP: whose word counts, who is asked next, and how long. */
package dev.lacuna.schemas.http;
