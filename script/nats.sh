#!/usr/bin/env bash
# A throwaway NATS for tests, on the loopback: script/nats.sh [PORT]; without a port on a free one.
# Prints `ready PORT` when it can be used and ends when its standard input closes: so it never outlives the program that
# started it, however that ends. It keeps nothing and touches no other server of the machine.
set -euo pipefail

command -v nats-server >/dev/null || PATH=$PATH:/usr/sbin
command -v nats-server >/dev/null || {
  echo "NATS is not installed here: apt-get install nats-server" >&2
  exit 1
}

# The one who started us is interrupted with us, and then closes our standard input.
trap '' INT TERM
cd /
log=$(mktemp -u "${TMPDIR:-/tmp}/rounds-nats.XXXXXX")
mkfifo "$log"
nats-server --addr 127.0.0.1 --port "${1:--1}" </dev/null >/dev/null 2>"$log" &
server=$!
exec {said}<"$log"
rm -f "$log"
finish() {
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
}
trap finish EXIT

port=
all=
while read -r line <&"$said"; do
  all+=$line$'\n'
  case $line in
    *"Listening for client connections on "*) port=${line##*:} ;;
    *"Server is ready"*)
      cat <&"$said" >/dev/null &
      echo "ready $port"
      cat >/dev/null
      exit 0
      ;;
  esac
done
printf '%s' "$all" >&2
exit 1
