/**
 * Settings of a run: what a request may ask for, what is decided where it says nothing, and the
 * random numbers that follow from a seed.
 */
package dev.lacuna.runtime.sampling;
