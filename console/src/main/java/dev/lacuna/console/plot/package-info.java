/** Small charts as SVG: panels with axes, series with intervals, reference lines. */
package dev.lacuna.console.plot;
