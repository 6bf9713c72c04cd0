package dev.lacuna.topology.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What has to be found. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Found {

  /** Part of the violation's message. */
  String value();

  /** The rules under which it is found. */
  Rules under();
}
