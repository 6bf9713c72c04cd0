/**
 * What commands share: how arguments are read, exit status, refusals and failures, signals, options
 * of models. It knows no command.
 */
package dev.lacuna.console.command;
