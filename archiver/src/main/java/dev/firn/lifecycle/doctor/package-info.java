/**
 * What {@code archiver doctor} looks at. One rule: an examination changes nothing, and what it cannot find out is a finding
 * too, never the end of the others. Read {@link dev.firn.lifecycle.doctor.Examination} first.
 */
package dev.firn.lifecycle.doctor;
