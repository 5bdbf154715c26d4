#!/bin/sh
# Runs COMMAND as on a computer of its own: private mounts with an empty /run that looks like a booted systemd's, a private
# control group tree and process ids, so that nothing of the host is seen or touched. All that COMMAND started ends with it.
# Needs root. Usage: private_machine.sh COMMAND [ARGUMENT…]
set -eu
case "${1:-}" in
  --mounts)
    shift
    # A fresh mount of the one version 2 hierarchy, which is writable where the container's own is not.
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    group=/sys/fs/cgroup/latchkey-test.$$
    mkdir "$group"
    # The inner shell moves itself, so that this one can remove the group at the end.
    status=0
    # shellcheck disable=SC2016  # for the inner shell
    sh -c 'echo 0 > "$1/cgroup.procs"; shift; exec "$@"' sh "$group" \
      unshare --cgroup --pid --uts --ipc --fork --kill-child --mount-proc "$0" --computer "$@" || status=$?
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    exit "$status"
    ;;
  --computer)
    shift
    umount /sys/fs/cgroup
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir -p /run/systemd/system /run/lock /run/user
    # A manager raises the kernel's limits as it boots; they are the host's.
    mount --bind /proc/sys /proc/sys
    mount -o remount,bind,ro /proc/sys
    # As systemd does at boot: a credential is mounted by a child of the manager. The host is no longer among those who share.
    mount --make-rshared /
    exec "$@"
    ;;
  *)
    # The inner ones are ended by their parent's end, this one by the test's.
    exec setpriv --pdeathsig KILL unshare --mount --fork --kill-child "$0" --mounts "$@"
    ;;
esac
