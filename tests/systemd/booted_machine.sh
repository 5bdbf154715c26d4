#!/bin/sh
# Boots systemd as the system's manager on a computer of its own and runs COMMAND as its one service; the status of COMMAND
# is that of this script. Needs root. Usage: booted_machine.sh COMMAND [ARGUMENT…]
set -eu
if [ "${1:-}" != --boot ]; then
  SAID=$(mktemp)
  export SAID
  trap 'rm -f "$SAID"' EXIT
  status=0
  "$(dirname "$0")/private_machine.sh" "$0" --boot "$@" || status=$?
  cat "$SAID"
  exit "$status"
fi
shift
units=/run/systemd/system
mkdir -p /run/systemd/system /run/systemd/journald.conf.d /run/latchkey-test /run/log/journal
printf '[Journal]\nStorage=volatile\nAudit=no\nReadKMsg=no\nForwardToWall=no\n' > /run/systemd/journald.conf.d/test.conf
# None of the distribution's units is in the search path: what they do at boot, cleaning /tmp among it, is not done here.
for target in sysinit basic sockets timers network-online shutdown umount final; do
  printf '[Unit]\nDefaultDependencies=no\n' > "$units/$target.target"
done
printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/systemctl --force exit\n' > "$units/systemd-exit.service"
printf '[Unit]\nDefaultDependencies=no\nRequires=systemd-exit.service\nAfter=systemd-exit.service\n' > "$units/exit.target"
cat > "$units/journal.service" <<UNIT
[Unit]
DefaultDependencies=no
[Service]
Type=notify
ExecStart=/lib/systemd/systemd-journald
StandardOutput=null
UNIT
{
  printf '[Unit]\nDefaultDependencies=no\nRequires=journal.service\nAfter=journal.service\n'
  printf 'SuccessAction=exit-force\nFailureAction=exit-force\n[Service]\nType=oneshot\n'
  printf 'StandardOutput=append:%s\nStandardError=append:%s\n' /run/said /run/said
  printf 'Environment="PATH=%s" "LATCHKEY_BIN_DIR=%s" "LATCHKEY_UNIT_DIR=%s"\n' "$PATH" "$LATCHKEY_BIN_DIR" "$LATCHKEY_UNIT_DIR"
  printf 'ExecStart='
  printf '"%s" ' "$@"
  printf '\n'
} > "$units/latchkey-test.service"
export container=latchkey SYSTEMD_UNIT_PATH="$units" SYSTEMD_GENERATOR_PATH=/run/none
exec /lib/systemd/systemd --system --unit=latchkey-test.service --log-target=null >/dev/null 2>&1 </dev/null
