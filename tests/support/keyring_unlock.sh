#!/bin/sh
# Gives the keyring of with_keyring.sh back to its programs unlocked: by a restart, because GNOME Keyring takes a
# password only when it starts or from a window.
set -eu
kill "$(cat "$KEYRING_PID_FILE")"
while gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
  --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets | grep -q true; do :; done
exec "$(dirname "$0")/keyring_start.sh"
