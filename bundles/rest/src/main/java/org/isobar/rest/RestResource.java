package org.isobar.rest;

/** Marks a JAX-RS resource that {@link ApiServlet} serves: publish it as a service of this type. */
public interface RestResource {}
