#!/bin/sh
# with_bare_bus.sh CMD…  runs CMD under a session bus of its own on which nothing is and nothing can be started, with the
# bus's process id in $BARE_BUS_PID; exits as CMD does and leaves nothing behind.
set -eu

folder=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-bus-XXXXXX")
bus=
trap '[ -z "$bus" ] || kill "$bus" 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

cat >"$folder/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:dir=$folder</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
CONF
# It prints its address once it listens, and only then goes into the background.
dbus-daemon --config-file="$folder/bus.conf" --fork --print-address=3 --print-pid=4 3>"$folder/address" 4>"$folder/pid"
bus=$(cat "$folder/pid")
status=0
DBUS_SESSION_BUS_ADDRESS=$(cat "$folder/address") BARE_BUS_PID=$bus XDG_RUNTIME_DIR="$folder" "$@" || status=$?
exit "$status"
