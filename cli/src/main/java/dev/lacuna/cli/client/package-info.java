/**
 * Commands for whoever has documents to fill: submit, collect, cancel, and how results are shown.
 */
package dev.lacuna.cli.client;
