/**
 * The field kit: small pieces that make what really happens around a worker (a registry that lags,
 * a client that partitions by another hash, a cluster that throttles), and the tests that use them.
 * A new report from the field is tried with them in ten lines.
 */
package dev.lacuna.field;
