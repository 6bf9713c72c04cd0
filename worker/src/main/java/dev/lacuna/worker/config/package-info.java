/**
 * Configuration: {@link dev.lacuna.worker.config.ConfigKeys} is the one place where a key, its
 * type, default, bounds and help stand; reading, errors and the documentation's table follow from
 * it.
 */
package dev.lacuna.worker.config;
