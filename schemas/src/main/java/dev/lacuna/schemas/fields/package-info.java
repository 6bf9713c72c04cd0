/** What single fields of a record mean whose writer has a schema of its own. */
package dev.lacuna.schemas.fields;
