/** What was measured, and how it is shown: table, JSON lines, plot. */
package dev.lacuna.evaluation.report;
