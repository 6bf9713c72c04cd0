/**
 * What workers died of: notes of deaths on the control topic, and how many stand against a request
 * or a record.
 */
package dev.lacuna.topology.deaths;
