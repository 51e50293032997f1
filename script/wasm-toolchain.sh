#!/usr/bin/env bash
# Makes sure that some cargo toolchain here can build for wasm32-unknown-unknown.
# Prints ONE line on stdout: the rustup toolchain name to use (all else goes to stderr).
#   TC=$(script/wasm-toolchain.sh) && RUSTUP_TOOLCHAIN=$TC cargo build -p ui --target wasm32-unknown-unknown
# (a) the active toolchain already has the target's libstd        -> its name, nothing done
# (b) `rustup target add` works here (short time limit)           -> its name
# (c) Debian's rustc-web + a std built once from rust-web-src     -> "debian-wasm"
# WASM_TOOLCHAIN=rustup|debian forces (b) or (c); WASM_NO_RUSTUP=1 leaves (b) out.
set -euo pipefail
TARGET=wasm32-unknown-unknown
LINK=debian-wasm                              # the name rustup knows Debian's toolchain by
log() { printf 'wasm-toolchain: %s\n' "$*" >&2; }

has_std() { # $1: rustc command
  local d; d=$($1 --print target-libdir --target "$TARGET" 2>/dev/null) || return 1
  compgen -G "$d/libstd-*.rlib" >/dev/null && compgen -G "$d/libcore-*.rlib" >/dev/null
}
active() { rustup show active-toolchain | cut -d' ' -f1; }

want=${WASM_TOOLCHAIN:-auto}
if [ "$want" != debian ]; then
  if has_std rustc; then log "target present in $(active)"; active; exit 0; fi
  if [ "$want" = rustup ] || [ -z "${WASM_NO_RUSTUP:-}" ]; then
    log "trying rustup target add (limit 60 s)"
    if RUSTUP_MAX_RETRIES=0 timeout 60 rustup target add "$TARGET" >&2 && has_std rustc; then active; exit 0; fi
    log "rustup target add did not work"
  fi
  [ "$want" = rustup ] && exit 1
fi

# (c) Debian. Only packages by name, then one std build (about 1 minute).
need=()
for p in rustc-web cargo-web rust-web-src rust-web-clippy lld-22; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || need+=("$p")
done
SUDO=; [ "$(id -u)" = 0 ] || SUDO=sudo
if [ ${#need[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || {
    log "no toolchain here builds for $TARGET and there is no apt-get to install one"
    log "please run: rustup target add $TARGET"
    exit 1
  }
  log "apt-get install ${need[*]}"
  export DEBIAN_FRONTEND=noninteractive
  $SUDO apt-get install -y --no-install-recommends "${need[@]}" >&2 \
    || { $SUDO apt-get update >&2 && $SUDO apt-get install -y --no-install-recommends "${need[@]}" >&2; }
fi

SYSROOT=$(/usr/bin/rustc --print sysroot)
LIB=$(/usr/bin/rustc --print target-libdir --target "$TARGET")
HOST=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
stamp=$(/usr/bin/rustc -vV | sha256sum | cut -c1-16)   # a new rustc needs a new std

# rustc's linker for this target is `rust-lld`; Debian leaves it out. This is where rustc looks.
$SUDO mkdir -p "$SYSROOT/lib/rustlib/$HOST/bin"
$SUDO ln -sfn /usr/bin/lld-22 "$SYSROOT/lib/rustlib/$HOST/bin/rust-lld"

if [ "$(cat "$LIB/.stamp" 2>/dev/null || true)" != "$stamp" ]; then
  log "building std for $TARGET from rust-web-src (once)"
  tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
  mkdir "$tmp/src"; echo '#![no_std]' >"$tmp/src/lib.rs"
  printf '[package]\nname="stdseed"\nversion="0.0.0"\nedition="2021"\n[lib]\n[workspace]\n' >"$tmp/Cargo.toml"
  # embed-bitcode: a later LTO build needs std's bitcode. std's own dependencies (cfg-if, libc, gimli, ...)
  # are fetched from the Rust registry, pinned by rust-web-src's Cargo.lock: this does not work with --offline.
  ( cd "$tmp" && env -u RUSTUP_TOOLCHAIN -u CARGO_BUILD_TARGET RUSTC=/usr/bin/rustc RUSTC_WRAPPER= RUSTC_BOOTSTRAP=1 \
      CARGO_TARGET_DIR="$tmp/t" CARGO_INCREMENTAL=0 CARGO_PROFILE_RELEASE_DEBUG=0 \
      RUSTFLAGS='-Cembed-bitcode=yes -Copt-level=3' \
      /usr/bin/cargo build -q --release --target "$TARGET" \
        -Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test >&2 )
  $SUDO rm -rf "$LIB"; $SUDO mkdir -p "$LIB"
  for f in "$tmp/t/$TARGET/release/deps/"*.rlib; do
    case $f in *stdseed*) ;; *) $SUDO cp "$f" "$LIB/";; esac
  done
  echo "$stamp" | $SUDO tee "$LIB/.stamp" >/dev/null
fi
has_std /usr/bin/rustc || { log "no libstd in $LIB"; exit 1; }
rustup toolchain list | grep -q "^$LINK" || rustup toolchain link "$LINK" "$SYSROOT" >&2
echo "$LINK"
