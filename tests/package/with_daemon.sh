#!/bin/sh
# with_daemon.sh CMD…  runs CMD beside the latchkeyd that is in $PATH, which keeps its grants in files below $HOME; exits as
# CMD does. Needs nothing but what a minimal Debian has: it also runs there.
set -eu

run=$(mktemp -d)
daemon=
finish() {
  [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null; } || true
  rm -rf "$run"
}
trap finish EXIT
trap 'exit 130' INT TERM
export XDG_RUNTIME_DIR="$run"
unset LATCHKEY_SOCKET XDG_CONFIG_HOME XDG_STATE_HOME
mkdir -p "$HOME/.config/latchkey"
printf '[store]\nbackend = "file"\n[policy]\nunknown_apps = "allow"\n' > "$HOME/.config/latchkey/config.toml"

mkfifo "$run/log"
latchkeyd 2> "$run/log" &
daemon=$!
exec 3< "$run/log"
ready=
while [ -z "$ready" ] && read -r line <&3; do
  case $line in *"ready on"*) ready=yes ;; *) echo "latchkeyd: $line" >&2 ;; esac
done
[ -n "$ready" ] || { echo "latchkeyd ended before it was ready" >&2; exit 1; }
cat <&3 > "$run/daemon.log" &

status=0
"$@" 3<&- || status=$?
[ "$status" -eq 0 ] || cat "$run/daemon.log" >&2
exit "$status"
