/**
 * Families of models: how their configurations, weights and special tokens are named, and the shape
 * that all of them share.
 */
package dev.lacuna.runtime.checkpoint.family;
