#!/usr/bin/env bash
# Shows what Firn does, on a machine with a JDK 17 or later and Maven and nothing else: builds it, starts a database of
# its own, writes weeks of events, archives them into a directory, queries the archive, drops what was proven, and brings
# it back: whole weeks into their table, and one stream into a table beside it. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

work=$(mktemp -d "${TMPDIR:-/tmp}/firn-demo.XXXXXX")
database=""
clean_up() {
  exec 9>&- 2>/dev/null || true # the database's standard input: its end is the sign to stop
  [ -z "$database" ] || wait "$database" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say "Building"
mvn --batch-mode --no-transfer-progress --quiet package -DskipTests
mvn --batch-mode --no-transfer-progress --quiet -pl archiver dependency:build-classpath \
  -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath"
classpath="archiver/target/test-classes:archiver/target/classes:$(cat "$work/classpath")"

say "Starting PostgreSQL and writing eight weeks of events"
mkfifo "$work/stop"
java -cp "$classpath" dev.firn.demo.DemoDatabase "$work/jdbc-url" <"$work/stop" >"$work/database.log" 2>&1 &
database=$!
exec 9>"$work/stop"
until [ -s "$work/jdbc-url" ]; do
  kill -0 "$database" 2>/dev/null || { cat "$work/database.log"; exit 1; }
  sleep 0.2
done
cat "$work/database.log"

mkdir -p "$work/conf/namespaces"
configure() { # how old a chunk must be to be dropped
  cat >"$work/conf/namespaces/demo.conf" <<CONF
database {
  url = "$(cat "$work/jdbc-url")"
  user = firn_archiver
  password = firn
}
location { url = "file:$work/archive" }
tables { tsdb_default.messages { archive-after = 2w, drop-after = $1 } }
CONF
}
archiver() { java -Xmx512m -jar archiver/target/firn-archiver.jar --conf "$work/conf" "$@"; }
rehydrate() { java -Xmx512m -jar rehydrator/target/firn-rehydrate.jar --conf "$work/conf" "$@"; }
query() { java -cp "$classpath" dev.firn.demo.DemoQuery "$1"; }
sql() { java -cp "$classpath" dev.firn.demo.DemoQuery "$1" "$(cat "$work/jdbc-url")"; }

configure never
say "archiver init demo: the catalogue, and the claim on the archive"
FIRN_INIT_PASSWORD=firn archiver init demo --as firn_installer >"$work/roles.sql"
printf '(%d lines of SQL for the roles, for a DBA)\n' "$(wc -l <"$work/roles.sql")"

say "archiver plan demo: what would be done"
archiver plan demo

say "archiver run demo: copy and prove; drop-after = never, so nothing is dropped"
archiver run demo

say "What lies in the archive"
(cd "$work/archive" && find . -type f ! -path '*/.*' | sort)

say "DuckDB reads it as it lies"
query "SELECT count(*) AS events, count(DISTINCT stream_name) AS streams, min(time) AS first, max(time) AS last
       FROM read_parquet('$work/archive/demo/tsdb_default.messages/data/*/*.parquet')"

say "archiver run demo, with drop-after = 4w: the proven chunks go"
configure 4w
archiver run demo

say "archiver scrub demo: the archive proven once more, without the database"
archiver scrub demo

say "rehydrate list demo: what could come back"
rehydrate list demo

say "rehydrate cat demo tsdb_default.messages: archived rows, without the database"
rehydrate cat demo tsdb_default.messages --format ndjson | sed -n '1,2p'

oldest=$(rehydrate list demo --json | sed -n 's/.*"from" : "\(.*\)".*/\1/p' | head -1)
two_weeks=(demo tsdb_default.messages --from "$oldest" --to "$(date -u -d "$oldest + 14 days" +%F)")
history="SELECT count(*) AS events, min(position) AS first, max(position) AS last, min(time) AS since"

say "rehydrate demo tsdb_default.messages --dry-run: what the oldest two weeks would take"
rehydrate "${two_weeks[@]}" --dry-run

say "The same without --dry-run: they come back, bit for bit"
rehydrate "${two_weeks[@]}"
sql "$history FROM tsdb_default.messages WHERE stream_name = 'account-17'"

say "rehydrate release demo, and archiver run demo: unchanged, they go again"
rehydrate release demo tsdb_default.messages
archiver run demo

say "rehydrate … --into table old --where stream_name=account-17: one stream alone, into a table beside it, from few pages"
rehydrate "${two_weeks[@]}" --into table old --where stream_name=account-17

say "View old_all: what is in the table, and what lies beside it, each event once"
sql "$history FROM tsdb_default.old_all WHERE stream_name = 'account-17'"

say "archiver status demo: what was saved"
archiver status demo
