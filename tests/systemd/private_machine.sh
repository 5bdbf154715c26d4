#!/bin/sh
# Runs COMMAND as on a computer of its own: the host's files can be read and not written, /tmp, /var and /run are new and empty,
# control groups and process ids are its own, and /run looks like a booted systemd's. All that COMMAND started ends with it.
# A manager that boots may clean /tmp and more; here it can reach nothing of the host's. $SAID, if set, names a file of the host
# that is /run/said there. Needs root. Usage: private_machine.sh COMMAND [ARGUMENT…]
set -eu

# Nothing is started where something of the host could still be written.
check_private() {
  for folder in / /etc /root /home /usr /dev /sys /proc/sys/kernel "$PWD"; do
    if ! findmnt --noheadings --output OPTIONS --target "$folder" | tail -1 | grep -qE '(^|,)ro(,|$)'; then
      echo "private_machine.sh: $folder is not read-only" >&2
      exit 1
    fi
  done
  for folder in /tmp /run /dev/shm /var/lib /var/tmp /var/log /var/cache /var/spool; do
    if [ "$(findmnt --noheadings --output FSTYPE --mountpoint "$folder" | tail -1)" != tmpfs ]; then
      echo "private_machine.sh: $folder is the host's" >&2
      exit 1
    fi
  done
}

case "${1:-}" in
  --mounts)
    shift
    # A fresh mount of the one version 2 hierarchy, which is writable where the container's own is not.
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    group=/sys/fs/cgroup/latchkey-test.$$
    mkdir "$group"
    status=0
    # The inner shell moves itself, so that this one can remove the group at the end.
    # shellcheck disable=SC2016  # for the inner shell
    sh -c 'echo 0 > "$1/cgroup.procs"; shift; exec "$@"' sh "$group" \
      unshare --cgroup --pid --uts --ipc --fork --kill-child --mount-proc "$0" --computer "$@" || status=$?
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    exit "$status"
    ;;
  --computer)
    shift
    umount /sys/fs/cgroup
    # Whatever the host has mounted, from here on it is only read. The rest is made new below.
    findmnt --raw --noheadings --output TARGET | sort -u | while read -r folder; do
      case $folder in
        /proc | /proc/* | /dev/pts) ;;
        *) mount -o remount,bind,ro "$folder" ;;
      esac
    done
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs /run
    if [ -n "${SAID:-}" ]; then
      : >/run/said
      mount --bind "$SAID" /run/said
      mount -o remount,bind,rw /run/said
    fi
    for folder in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
    for folder in /var/lib /var/log /var/cache /var/spool; do mount -t tmpfs -o mode=755 tmpfs "$folder"; done
    mount --bind /proc/sys /proc/sys
    mount -o remount,bind,ro /proc/sys
    mkdir -p /run/systemd/system /run/lock /run/user
    # As systemd does at boot: a credential is mounted by a child of the manager. The host is not among those who share.
    mount --make-rshared /
    check_private
    exec "$@"
    ;;
  *)
    # The inner ones are ended by their parent's end, this one by the test's.
    exec setpriv --pdeathsig KILL unshare --mount --propagation private --fork --kill-child "$0" --mounts "$@"
    ;;
esac
