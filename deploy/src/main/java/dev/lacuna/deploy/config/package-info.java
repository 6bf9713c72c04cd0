/**
 * Configuration: {@link dev.lacuna.deploy.config.ConfigKeys} is the one place where a key, its
 * type, default, bounds and help stand; reading, errors and the documentation's table follow from
 * it.
 */
package dev.lacuna.deploy.config;
