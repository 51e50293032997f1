#!/usr/bin/env bash
# A throwaway PostgreSQL for tests, on a free port of the loopback: script/postgres.sh [-c NAME=VALUE...]
# Prints `ready PORT BIN` when it can be used (superuser `rounds`, no password; BIN has its programs) and ends, with
# all its data, when its standard input closes: so it never outlives the program that started it, however that ends.
# The options are PostgreSQL's own. It touches no other cluster of the machine.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null) || true
[ -x "$bin/initdb" ] || {
  echo "PostgreSQL is not installed here: apt-get install postgresql" >&2
  exit 1
}
# PostgreSQL refuses to run as root; Debian's package has made a user for it.
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=postgres --regid=postgres --clear-groups bash "$0" "$@"
fi

# The one who started us is interrupted with us, and then closes our standard input.
trap '' INT TERM
cd /
folder=$(mktemp -d "${TMPDIR:-/tmp}/rounds-postgres.XXXXXX")
server=
finish() {
  [ -z "$server" ] || kill -QUIT "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

"$bin/initdb" --pgdata "$folder/data" --username rounds --auth trust --encoding UTF8 --no-locale --no-sync \
  >"$folder/initdb.log" 2>&1 || {
  cat "$folder/initdb.log" >&2
  exit 1
}

# Answers when the server can be used; fails when it has ended, as when somebody else has the port.
start() { # PORT OPTION...
  local port=$1 line
  shift
  mkfifo "$folder/log.$port"
  "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= "$@" \
    </dev/null >"$folder/log.$port" 2>&1 &
  server=$!
  exec {log}<"$folder/log.$port"
  while read -r line <&"$log"; do
    echo "$line" >>"$folder/log"
    case $line in *"ready to accept connections"*) return 0 ;; esac
  done
  wait "$server" || true
  server=
  return 1
}

for _ in 1 2 3 4 5 6 7 8; do
  port=$((20000 + RANDOM % 12000))
  if start "$port" -c max_connections=300 "$@"; then
    cat <&"$log" >>"$folder/log" &
    echo "ready $port $bin"
    cat >/dev/null
    exit 0
  fi
done
cat "$folder/log" >&2
exit 1
