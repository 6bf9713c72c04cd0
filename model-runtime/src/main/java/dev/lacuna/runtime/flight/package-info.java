/** The flight log: what outlives the process of what it was doing when it died. */
package dev.lacuna.runtime.flight;
