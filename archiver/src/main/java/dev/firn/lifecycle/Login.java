package dev.firn.lifecycle;

import dev.firn.config.Secret;
import java.util.Optional;

/** A role to log in as. Without a password the driver looks where libpq would: in a password file. */
public record Login(String user, Optional<Secret> password) {}
