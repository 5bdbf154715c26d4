#!/bin/sh
# with_keyring.sh CMD…  runs CMD under a session bus of its own with a fresh, unlocked GNOME Keyring, away from the
# user's home; exits as CMD does and leaves nothing behind. CMD may lock and unlock it with keyring_lock.sh and
# keyring_unlock.sh, and finds the keyring's process id in $KEYRING_PID_FILE.
set -eu

if [ "${1:-}" = --under-bus ]; then
  shift
  "$(dirname "$0")/keyring_start.sh"
  status=0
  "$@" || status=$?
  kill "$(cat "$KEYRING_PID_FILE")" 2>/dev/null || true
  exit "$status"
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-keyring-XXXXXX")
trap 'rm -rf "$home"' EXIT
trap 'exit 130' INT TERM
mkdir -m 700 "$home/runtime"
status=0
env -u DISPLAY -u WAYLAND_DISPLAY \
  HOME="$home" XDG_RUNTIME_DIR="$home/runtime" XDG_CONFIG_HOME="$home/config" XDG_STATE_HOME="$home/state" \
  XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache" KEYRING_PID_FILE="$home/keyring.pid" GNOME_KEYRING_CONTROL="$home/runtime/keyring" \
  dbus-run-session -- "$0" --under-bus "$@" || status=$?
exit "$status"
