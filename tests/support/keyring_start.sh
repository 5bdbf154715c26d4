#!/bin/sh
# Starts the keyring of with_keyring.sh, unlocked, and returns once it answers on the bus.
set -eu
# A session bus would otherwise start a second, locked one at the first question: so the name is waited for, not called.
printf 'test' | gnome-keyring-daemon --foreground --control-directory "$GNOME_KEYRING_CONTROL" --unlock --components=secrets >"$HOME/keyring.log" 2>&1 &
echo $! >"$KEYRING_PID_FILE"
gdbus wait --session --timeout 20 org.freedesktop.secrets || { cat "$HOME/keyring.log" >&2; exit 1; }
