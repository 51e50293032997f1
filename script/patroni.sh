#!/usr/bin/env bash
# A throwaway PostgreSQL of three nodes for the story of failover, on free ports of the loopback: etcd, and three Patronis
# with a PostgreSQL each, in synchronous mode.
# Prints `ready PORT,PORT,PORT REST,REST,REST` when the database `rounds` can be written (superuser `rounds`, no password),
# then does what its standard input says, a line each: `kill N` (the machine: Patroni and PostgreSQL die at once),
# `crash N` (PostgreSQL alone), `start N`. It answers each with `done`, and ends everything, with all data, when its
# standard input closes: so nothing outlives the program that started it, however that ends.
# It touches no other cluster of the machine.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null) || true
missing=()
[ -x "$bin/initdb" ] || missing+=(postgresql)
command -v patroni >/dev/null || missing+=(patroni)
command -v etcd >/dev/null || missing+=(etcd-server)
[ ${#missing[@]} = 0 ] || {
  echo "not installed here: apt-get install ${missing[*]}" >&2
  exit 1
}
# PostgreSQL refuses to run as root; Debian's package has made a user for it.
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=postgres --regid=postgres --clear-groups bash "$0" "$@"
fi

# The one who started us is interrupted with us, and then closes our standard input.
trap '' INT TERM
cd /
folder=$(mktemp -d "${TMPDIR:-/tmp}/rounds-patroni.XXXXXX")
export HOME=$folder

# Every process of a node works in the node's folder or in its data: so they are found, and nobody else's are.
processes() { # FOLDER...
  local process place wanted
  for process in $(pgrep -u "$(id -u)"); do
    place=$(readlink "/proc/$process/cwd" 2>/dev/null) || continue
    for wanted in "$@"; do
      [ "$place" != "$wanted" ] || echo "$process"
    done
  done
}

end() { # FOLDER...: until nothing is left, for what is about to start another process
  local left
  while left=$(processes "$@") && [ -n "$left" ]; do
    # shellcheck disable=SC2086
    kill -KILL $left 2>/dev/null || true
  done
}

finish() {
  end "$folder/etcd" "$folder"/{1,2,3} "$folder"/{1,2,3}/data
  rm -rf "$folder"
}
trap finish EXIT

# Eight ports in a row on which nobody listens now.
free() {
  local base port
  while :; do
    base=$((20000 + RANDOM % 12000))
    for port in $(seq "$base" $((base + 7))); do
      if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue 2; fi
    done
    echo "$base"
    return
  done
}
base=$(free)
etcd=127.0.0.1:$((base + 6)) peer=127.0.0.1:$((base + 7))

mkdir -p "$folder"/{etcd,1,2,3}
(cd "$folder/etcd" && exec etcd --name etcd --data-dir data \
  --listen-client-urls "http://$etcd" --advertise-client-urls "http://$etcd" \
  --listen-peer-urls "http://$peer" --initial-advertise-peer-urls "http://$peer" \
  --initial-cluster "etcd=http://$peer") </dev/null >"$folder/etcd.log" 2>&1 &
disown

# Short times, so that a story sees many failovers. Strict: what was acknowledged is on two machines, always; while there is
# no second one, a push waits or is told to come again.
settings() { # NODE
  cat <<YAML
scope: rounds
name: node$1
restapi: {listen: "127.0.0.1:$((base + 2 + $1))", connect_address: "127.0.0.1:$((base + 2 + $1))"}
etcd3: {hosts: ["$etcd"]}
bootstrap:
  dcs:
    ttl: 10
    loop_wait: 1
    retry_timeout: 3
    primary_start_timeout: 0
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters: {wal_log_hints: "on", max_connections: 100, synchronous_commit: "on"}
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
  pg_hba:
    - host replication all 127.0.0.1/32 trust
    - host all all 127.0.0.1/32 trust
postgresql:
  listen: 127.0.0.1:$((base - 1 + $1))
  connect_address: 127.0.0.1:$((base - 1 + $1))
  data_dir: $folder/$1/data
  bin_dir: $bin
  pgpass: $folder/$1/pgpass
  authentication:
    superuser: {username: rounds, password: none}
    replication: {username: replicator, password: none}
    rewind: {username: rewinder, password: none}
  parameters: {unix_socket_directories: "$folder/$1"}
  basebackup: [{checkpoint: fast}]
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
YAML
}

start() { # NODE
  settings "$1" >"$folder/$1/patroni.yaml"
  (cd "$folder/$1" && exec patroni patroni.yaml) </dev/null >>"$folder/$1.log" 2>&1 &
  disown
}

# The database can be made where it can be written, and is there when a second node has it.
writable() {
  local port
  for _ in $(seq 240); do
    for port in $base $((base + 1)) $((base + 2)); do
      if "$bin/createdb" -h 127.0.0.1 -p "$port" -U rounds rounds 2>>"$folder/createdb.log"; then return 0; fi
    done
    sleep 0.5
  done
  return 1
}

for node in 1 2 3; do start "$node"; done
writable || {
  tail -n 20 "$folder"/*.log >&2
  exit 1
}
echo "ready $base,$((base + 1)),$((base + 2)) $((base + 3)),$((base + 4)),$((base + 5))"

while read -r command node; do
  case $command in
    kill) end "$folder/$node" "$folder/$node/data" ;;
    crash) end "$folder/$node/data" ;;
    start) start "$node" ;;
    *) exit 1 ;;
  esac
  echo "done"
done
