/** Documents as people write them, one JSON object a line, and as the wire wants them. */
package dev.lacuna.cli.documents;
