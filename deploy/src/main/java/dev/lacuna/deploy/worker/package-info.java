/** The parts of a worker put together: models, engine, wire format, topology. */
package dev.lacuna.deploy.worker;
