/** What a person or a program sees: styles, highlighted documents, plots, JSON lines. */
package dev.lacuna.deploy.output;
