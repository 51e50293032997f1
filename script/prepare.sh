# shellcheck shell=bash
# Sourced by script/run and script/test: installs missing system packages and chooses the target folder.
# Everything else is xtask's.

say() { printf '%s\n' "$*" >&2; }

# The checkout; each script stands in script/.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

require_rust() {
  command -v cargo >/dev/null && return
  if [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    export PATH
    return
  fi
  say "Rust is missing. Install it with rustup (https://rustup.rs), then run this again."
  exit 1
}

# Installs the Debian packages named, if any is missing: require_packages NAME...
require_packages() {
  local missing=() package sudo=()
  command -v dpkg-query >/dev/null || {
    say "This machine has no Debian packages. Please see to it that it has what these hold: $*"
    return
  }
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing ${missing[*]}"
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  if [ ${#sudo[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
    say "Neither root nor sudo. Please ask an administrator to run: apt-get install ${missing[*]}"
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  local install=("${sudo[@]}" apt-get install -y --no-install-recommends "${missing[@]}")
  # The lists of packages may be missing or old: only then they are fetched.
  "${install[@]}" >&2 || { "${sudo[@]}" apt-get update >&2 && "${install[@]}" >&2; } || {
    say "apt could not install them. Please see to it that these are installed: ${missing[*]}"
    exit 1
  }
}

# Builds go outside the checkout, so that a fresh clone finds the last one's work.
choose_target() {
  local target=${ROUNDS_TARGET:-${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/rounds/target}}
  mkdir -p "$target"
  CARGO_TARGET_DIR=$(cd "$target" && pwd)
  export CARGO_TARGET_DIR
  # cargo tells changes by time, not by folder: a build of another checkout would pass for one of this.
  if [ "$(cat "$target/checkout" 2>/dev/null || true)" != "$ROOT" ]; then
    (cd "$ROOT" && git ls-files -z | while IFS= read -r -d '' file; do
      case $file in *.rs | *.toml | *.sql | *.json | *.css | *.html) [ ! -f "$file" ] || touch -c "$file" ;; esac
    done)
    printf '%s' "$ROOT" >"$target/checkout"
  fi
}
