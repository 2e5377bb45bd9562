/**
 * The stages of a chunk, and what moves it from one to the next. One rule: the stage is derived from the store and the
 * database each time, and a step's result is the only key to the next, so that nothing can be dropped that was not
 * proven. Read {@link dev.firn.lifecycle.ArchiveStage} first, then {@link dev.firn.lifecycle.Pass}.
 */
package dev.firn.lifecycle;
