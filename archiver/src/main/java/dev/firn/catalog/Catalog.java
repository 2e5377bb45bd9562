package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.catalog.RegisteredNamespace.Location;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * The books of the namespaces of one database: who works on which chunk, what is archived, what was done. Safe for use by
 * several threads and programs. Every method is a short transaction of its own but those that take a connection, and
 * answers only once it is committed; times are the database's.
 *
 * <p>Failures are {@link dev.firn.FirnException}s. A lost connection is a passing one that says what is now true; every
 * method may be called again after it.
 */
public final class Catalog {

    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    private final Transactions transactions;
    private final Namespaces namespaces;
    private final Epochs epochs;
    private final Claims claims;
    private final Attempts attempts;
    private final Chunks chunks;
    private final Copies copies;
    private final Failures failures;
    private final Holds holds;
    private final Restores restores;
    private final PlacedRows placed;
    private final Rebuild rebuild;
    private final WritePaths writePaths;
    private final Requests requests;
    private final Edits edits;
    private final PausedTables paused;
    private final Expiries expiries;
    private final OpenExpiries openExpiries;
    private final Scrubs scrubs;

    private Catalog(Transactions transactions) {
        this.transactions = transactions;
        this.namespaces = new Namespaces(transactions);
        this.epochs = new Epochs(transactions);
        this.claims = new Claims(transactions);
        this.attempts = new Attempts(transactions);
        this.chunks = new Chunks(transactions);
        this.copies = new Copies(transactions);
        this.failures = new Failures(transactions);
        this.holds = new Holds(transactions);
        this.restores = new Restores(transactions);
        this.placed = new PlacedRows(transactions);
        this.rebuild = new Rebuild(transactions);
        this.writePaths = new WritePaths(transactions);
        this.requests = new Requests(transactions);
        this.edits = new Edits(transactions);
        this.paused = new PausedTables(transactions);
        this.expiries = new Expiries(transactions);
        this.openExpiries = new OpenExpiries(transactions);
        this.scrubs = new Scrubs(transactions);
    }

    /**
     * The catalogue in this database; refused when it is missing, older or newer than this program.
     *
     * @param database a pool of at least two connections: looking at the version takes two at once
     */
    public static Catalog open(DataSource database) {
        return open(database, LOCK_TIMEOUT);
    }

    static Catalog open(DataSource database, Duration lockTimeout) {
        CatalogMigrations.requireCurrent(database, CatalogMigrations.LOCATION);
        return new Catalog(new Transactions(database, STATEMENT_TIMEOUT, lockTimeout));
    }

    // Namespaces and the fence

    /** Makes the namespace known; one that is known already stays as it is. */
    public RegisteredNamespace registerNamespace(String name, String actor) {
        return namespaces.register(name, actor);
    }

    public Optional<RegisteredNamespace> namespace(String name) {
        return namespaces.find(name);
    }

    /** Whether another one, which was registered in this database before it, has the same location. */
    public boolean comesAfter(String namespace, String other) {
        return namespaces.comesAfter(namespace, other);
    }

    /** Binds the namespace to its location; refused when it belongs to one of another id. */
    public void setLocation(String namespace, Location location, String actor) {
        namespaces.setLocation(namespace, location, actor);
    }

    /** The epochs of which one must stand in the location, if this catalogue is its owner; empty before the first. */
    public Set<String> expectedEpochs(String namespace) {
        return epochs.expected(namespace);
    }

    /**
     * Records the epoch that is to replace the one seen in the location, before the store is asked to swap it. Refused
     * when this catalogue did not put there what was seen.
     *
     * @param seen what stands in the location now; empty when nothing does
     * @param next a new random token
     */
    public void intendEpoch(String namespace, Optional<String> seen, String next) {
        epochs.intend(namespace, seen, next);
    }

    /** Records that the store has swapped the intended epoch in; one that another worker has raised since is fine. */
    public void confirmEpoch(String namespace, String raised) {
        epochs.confirm(namespace, raised);
    }

    /** Makes a location and the epoch seen in it this catalogue's own, whatever it knew: only when a person says so. */
    public void takeOver(String namespace, Location location, String seen, String actor) {
        epochs.takeOver(namespace, location, seen, actor);
    }

    // Claims

    /** Claims the chunk unless another holds it or a range of the same table that overlaps it. */
    public Optional<Claim> claim(ChunkKey key, String holder, Claim.Purpose purpose, Duration lease) {
        return claims.claim(key, holder, purpose, lease);
    }

    /** Answers false when the claim has passed to another: stop, nothing written under it counts. */
    public boolean renew(Claim claim, Duration lease) {
        return claims.renew(claim, lease);
    }

    /**
     * Renews the claim, and answers when that was: a sign that only a server can show that has replayed what this one had
     * written by now, since the claims of one that went another way stand still.
     *
     * @throws ClaimLostException when the claim has passed to another
     */
    public Instant sign(Claim claim, Duration lease) {
        return claims.sign(claim, lease);
    }

    /** Whether another server, which is to be a standby of this one, shows that sign or a later one. */
    public static boolean shows(Connection standby, Claim claim, Instant sign) throws SQLException {
        return Claims.shows(standby, claim, sign);
    }

    /** As {@link #renew}, but throws {@link ClaimLostException} and extends nothing. */
    public void requireHeld(Claim claim) {
        claims.requireHeld(claim);
    }

    /** Gives the claim up; one that was lost already is no error. */
    public void release(Claim claim) {
        claims.release(claim);
    }

    /** Claims in force, and lapsed ones that nobody took over. */
    public List<Claim> claims(String namespace) {
        return claims.all(namespace);
    }

    /**
     * Tokens of all claims whose holders have given a sign of life within their lease, whatever namespace they are of: what
     * lies beside a table may be another one's.
     */
    public List<Long> tokensInForce(String namespace) {
        return claims.tokensInForce(namespace);
    }

    // Chunks

    /** Records that a copy was begun under this random id. */
    public void recordAttempt(Claim claim, String attempt) {
        attempts.record(claim, attempt);
    }

    public List<Attempt> attempts(ChunkKey key) {
        return attempts.of(key);
    }

    /** Those that were begun while a range that came back was in the database. */
    public List<Attempt> attemptsSinceItCameBack(ChunkKey key) {
        return attempts.sinceItCameBack(key);
    }

    /** Those of a table that were begun that long ago, by the database's clock. */
    public List<Attempt> attemptsOlderThan(String namespace, TableName table, Duration age) {
        return attempts.olderThan(namespace, table, age);
    }

    /** Once nothing of it is left in the store. */
    public void forgetAttempt(ChunkKey key, String attempt) {
        attempts.forget(key, attempt);
    }

    /** Records a published copy; the same one a second time changes nothing. */
    public void recordArchived(Claim claim, ArchivedChunk copy) {
        copies.recordArchived(claim, copy);
    }

    /**
     * The same of a copy whose chunk is not there. If it came back, that stands until it was looked for among other rows:
     * else a second look, after a failure, would not know what the first one knew.
     */
    public void recordUnseen(Claim claim, ArchivedChunk copy) {
        copies.recordUnseen(claim, copy);
    }

    /**
     * Records a published copy of archived rows that came back among others, were edited there, and are there still; the
     * same one a second time changes nothing.
     *
     * @param copy supersedes all copies that had come back
     */
    public void recordReplaced(Claim claim, ArchivedChunk copy, Placed placed) {
        copies.recordReplaced(claim, copy, placed);
    }

    /**
     * Records a drop in the transaction that does it, just before its COMMIT. Locks the claim until then: nobody takes
     * over in between, and {@link #wasDropped} waits for the end of it.
     *
     * @throws ClaimLostException when the claim has passed to another; the caller rolls back, nothing is dropped
     */
    public void recordDropped(Connection inDropTransaction, Claim claim, DropRecord drop) throws SQLException {
        Copies.recordDropped(inDropTransaction, claim, drop);
    }

    /** Manifests of copies of rows that came after the chunk was last dropped; none where that cannot be told. */
    public Set<String> copiesSinceDrop(ChunkKey key) {
        return copies.sinceDrop(key);
    }

    /** After a COMMIT of unknown outcome: whether the drop of this claim happened. Waits until that is decided. */
    public boolean wasDropped(Claim claim) {
        return copies.wasDropped(claim);
    }

    /**
     * Records in the transaction that makes it visible that a dropped range is back, and puts it on hold.
     *
     * @throws ClaimLostException when the claim has passed to another; the caller rolls back
     */
    public void recordRestored(Connection inItsTransaction, Claim claim, RestoreRecord restore) throws SQLException {
        recordRestored(inItsTransaction, claim, restore, Optional.empty());
    }

    /**
     * The same of a range whose rows came back among others.
     *
     * @param placed empty where they are a chunk of their own
     */
    public void recordRestored(Connection inItsTransaction, Claim claim, RestoreRecord restore, Optional<Placed> placed)
            throws SQLException {
        Restores.record(inItsTransaction, claim, restore, placed);
    }

    /**
     * That rows of a range which came back stay there on its account, since another one goes that had them, too.
     *
     * @return false where something else is known of it by now
     */
    public boolean recordStaying(Connection inDropTransaction, ChunkKey key, Placed before, Placed after)
            throws SQLException {
        return PlacedRows.change(inDropTransaction, key, before, after);
    }

    /** Archived ranges of a table whose rows are in the database among others. */
    public Map<TimeRange, Placed> placed(String namespace, TableName table) {
        return placed.of(namespace, table);
    }

    /** Records that the rows of an archived range were found in chunks of other bounds. */
    public void recordFoundPlaced(Claim claim, Placed found) {
        placed.recordFound(claim, found);
    }

    /** After a COMMIT of unknown outcome: whether the range of this claim was brought back. */
    public boolean wasRestored(Claim claim) {
        return restores.happened(claim);
    }

    /** Records that a range that came back is not what came back; it stays, and is not looked at again while it is the same. */
    public void recordEdit(Claim claim, ChunkRow.Edit edit) {
        edits.record(claim, edit);
    }

    /** Archived ranges that were found to be gone, of which no drop of Firn's tells. */
    public Set<TimeRange> foundGone(String namespace, TableName table) {
        return copies.foundGone(namespace, table);
    }

    /** Records that an archived chunk is not in the database any more, though no drop was recorded. */
    public void recordFoundDropped(Claim claim, String reason) {
        copies.recordFoundDropped(claim, reason);
    }

    /** Records that an archived chunk is not in the database, because its table was made anew from the archive. */
    public void recordMadeAnew(Claim claim, String reason) {
        copies.recordMadeAnew(claim, reason);
    }

    /** Records that a dropped chunk is in the database again, with just the rows of its copy. */
    public void recordFoundBack(Claim claim, String reason) {
        copies.recordFoundBack(claim, reason);
    }

    /**
     * Remembers why work on a chunk failed, and when it is worth another try.
     *
     * @param settings stands for the configuration of the table under which it failed
     */
    public void recordFailure(
            ChunkKey key, Category category, String message, String hint, Duration backoff, String settings) {
        failures.record(key, category, message, hint, backoff, settings);
    }

    public void clearFailure(ChunkKey key) {
        failures.clear(key);
    }

    /** The chunks of a table that the catalogue knows, by range. */
    public List<ChunkRow> chunks(String namespace, TableName table) {
        return chunks.all(namespace, table);
    }

    public Optional<ChunkRow> chunk(ChunkKey key) {
        return chunks.find(key);
    }

    /**
     * Replaces what is said to be archived of these tables by what the store holds; refused while somebody is at work.
     *
     * @param store answers all manifests of a table; asked once nobody can publish any more
     */
    public RebuildReport rebuild(
            String namespace, Set<TableName> tables, Function<TableName, List<ArchivedChunk>> store, String actor) {
        return rebuild(namespace, tables, store, table -> List.of(), actor);
    }

    /**
     * The same of an archive from which copies have expired.
     *
     * @param expiries answers what the store says of a table that has
     */
    public RebuildReport rebuild(
            String namespace,
            Set<TableName> tables,
            Function<TableName, List<ArchivedChunk>> store,
            Function<TableName, List<ExpiredCopies>> expiries,
            String actor) {
        return rebuild.run(namespace, tables, store, expiries, actor);
    }

    // Expiry

    /**
     * Writes into the audit trail that these copies, all there are of the chunk, are to expire, before anything is done; or
     * answers what stands against it.
     *
     * @param generation under which it is to be published
     */
    public Optional<String> beginExpiry(Claim claim, List<String> manifestKeys, int generation, String after) {
        return expiries.begin(claim, manifestKeys, generation, after);
    }

    /** Ranges that were about to expire, and of which nothing is known since, with the generation it would be. */
    public Map<TimeRange, Integer> openExpiries(String namespace, TableName table) {
        return openExpiries.of(namespace, table);
    }

    /** Records that the key of that generation is taken, so that nothing expires under it any more. */
    public void recordReprieved(Claim claim, int generation, String why) {
        openExpiries.recordReprieved(claim, generation, why);
    }

    /** What would stand against it. Changes nothing. */
    public Optional<String> objectionToExpiry(ChunkKey key, List<String> manifestKeys) {
        return expiries.objection(key, manifestKeys);
    }

    /** Records that copies have expired, as the store says by now; the same a second time changes nothing. */
    public void recordExpired(Claim claim, ExpiredCopies expired) {
        expiries.record(claim, expired);
    }

    /** Keys, in the store, of what the catalogue knows to have expired. */
    public Set<String> expiries(String namespace, TableName table) {
        return expiries.known(namespace, table);
    }

    // Scrub

    /** Records that a copy was read, and whether it proved. */
    public void recordScrub(String namespace, TableName table, String manifestKey, Optional<FirnException> failure) {
        scrubs.record(namespace, table, manifestKey, failure);
    }

    /** When copies of a table were last proven again, by the keys of their manifests. */
    public Map<String, ScrubRecord> scrubs(String namespace, TableName table) {
        return scrubs.of(namespace, table);
    }

    /** What was asked for from SQL. */
    public Requests requests() {
        return requests;
    }

    // Heads of streams

    /** Makes known that the table's application goes on from the positions it finds; refused to a second namespace. */
    public WritePath registerWritePath(String namespace, TableName table, String onArchived) {
        return writePaths.register(namespace, table, onArchived);
    }

    /** From now on the application may rely on the heads: those of every dropped row are there. */
    public void recordHeadsKnown(WritePath path) {
        writePaths.recordKnown(path);
    }

    /** Keys of the manifests whose streams have their heads here. */
    public Set<String> headedCopies(String namespace) {
        return writePaths.headedCopies(namespace);
    }

    /** Keeps the heads of a copy whose chunk was not dropped by Firn, or before it kept heads: each few at once. */
    public HeadWriter keepHeadsLater(WritePath path) {
        return writePaths.later(path);
    }

    /**
     * Begins to keep heads in the transaction that will drop their rows, before the chunk is locked. Waits for whoever else
     * drops from the table, as long as the transaction's lock timeout allows, and lets nobody else do so until it ends: a
     * writer who waits for one chunk could otherwise wait for the next one, too.
     */
    public HeadWriter keepHeads(Connection inDropTransaction, WritePath path) throws SQLException {
        WritePaths.lockDrops(inDropTransaction, path);
        return new HeadWriter(work -> work.in(inDropTransaction), path);
    }

    // Pauses, holds and the audit trail

    /** Stops work on a namespace or a table of it until {@link #resume}; answers false where it was stopped already. */
    public boolean pause(String namespace, Optional<TableName> table, String actor) {
        return paused.pause(namespace, table, actor);
    }

    /** Ends just this pause: one of the whole namespace says nothing of its tables. Answers false where there was none. */
    public boolean resume(String namespace, Optional<TableName> table, String actor) {
        return paused.resume(namespace, table, actor);
    }

    public List<Pause> pauses(String namespace) {
        return paused.of(namespace);
    }

    public void placeHold(ChunkKey key, Instant until, String actor) {
        holds.place(key, until, actor);
    }

    public void liftHold(ChunkKey key, String actor) {
        holds.lift(key, actor);
    }

    /** Holds on ranges of a table, by range, lapsed ones too. */
    public List<Hold> holds(String namespace, TableName table) {
        return holds.of(namespace, table);
    }

    public void audit(AuditEntry entry) {
        transactions.run(entry.namespace(), "writing the audit trail", connection -> {
            AuditTrail.write(connection, entry);
            return null;
        });
    }

    /** In the caller's transaction. */
    public void audit(Connection connection, AuditEntry entry) throws SQLException {
        AuditTrail.write(connection, entry);
    }
}
