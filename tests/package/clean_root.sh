#!/bin/bash
# clean_root.sh PACKAGES SANDBOX  installs the .deb files of the folder PACKAGES on a Debian 12 of its own that has nothing else,
# uses them, builds the example app with the tools of that Debian, and removes all again: only the person's own files stay.
# As root; takes Debian from where this machine does. Leaves nothing behind.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
packages=$(realpath "$1")
sandbox=$(realpath "$2")

# In namespaces of its own: what is mounted and started below is gone when this script ends, however it ends.
if [ "${3:-}" != --apart ]; then
  exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$packages" "$sandbox" --apart
fi

began=$SECONDS
step() { printf '%4d s  %s\n' $((SECONDS - began)) "$*"; }
complain() { echo "clean_root.sh: $*" >&2; exit 1; }

root=$(mktemp -d)
finish() {
  umount "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$root" "$root.log"
}
trap finish EXIT
trap 'exit 130' INT TERM

step "Debian 12, the smallest"
# shellcheck disable=SC2016  # apt's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 'Component: main' | head -1)
if [ -z "${http_proxy:-}" ]; then
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  [ -z "${http_proxy:-}" ] || export http_proxy
fi
debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} > "$root.log" ||
  { cat "$root.log" >&2; exit 1; }
mount -t proc proc "$root/proc"

inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    ${http_proxy:+"http_proxy=$http_proxy"} /usr/sbin/chroot "$root" "$@"
}
# The log is shown where apt fails.
quietly() { "$@" > "$root/tmp/log" 2>&1 || { cat "$root/tmp/log" >&2; complain "failed: $*"; }; }
apt_inside() { quietly inside apt-get -y --no-install-recommends "$@"; }
# All names but those of what runs, and of apt's and dpkg's own books.
files() {
  inside find / -xdev \( -path /proc -o -path /tmp -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/log \
    -o -path /var/cache \) -prune -o -print | LC_ALL=C sort
}
# Whether what is there now is what was there then, but for the person's own files.
nothing_left_since() {
  local left
  left=$(comm -3 "$1" <(files) | grep -v -E '^.?/root(/|$)' || true)
  [ -z "$left" ] || complain "removal leaves or takes:"$'\n'"$left"
  for own in .config/latchkey .local/state/latchkey; do
    [ -d "$root/root/$own" ] || complain "removal took the person's own ~/$own"
  done
  left=$(inside dpkg-query -W '*latchkey*' 2>/dev/null || true)
  [ -z "$left" ] || complain "dpkg still knows: $left"
}

echo 'force-unsafe-io' > "$root/etc/dpkg/dpkg.cfg.d/for-this-test"
mkdir "$root/tmp/packages"
cp "$packages"/*.deb "$root/tmp/packages"
cp "$here"/{with_daemon,build_example,print_token}.sh "$sandbox" "$root/tmp"
files > "$root/tmp/bare"
debs=("$root"/tmp/packages/*.deb)

step "The packages and what they depend on"
apt_inside install "${debs[@]#"$root"}"
inside dpkg-query -W 'latchkey' 'liblatchkey*'
inside latchkey --version
inside latchkeyd --version
inside /tmp/with_daemon.sh latchkey status

step "Removed again"
apt_inside purge latchkey liblatchkey0 liblatchkey-dev
apt_inside autoremove --purge
nothing_left_since "$root/tmp/bare"

step "A compiler"
apt_inside install g++ make cmake pkg-config curl
files > "$root/tmp/with_tools"

step "The packages, and the example app built with them"
apt_inside install "${debs[@]#"$root"}"
quietly inside /tmp/build_example.sh /usr/share/doc/liblatchkey-dev/examples/token_printer /tmp/example
for app in cmake make; do
  inside /tmp/with_daemon.sh /tmp/print_token.sh "/tmp/${sandbox##*/}" /tmp/example/$app/token_printer
  libraries=$(inside ldd /tmp/example/$app/token_printer)
  [[ $libraries =~ /lib/[^\ ]*/liblatchkey\.so\.0 ]] || complain "not the installed library: $libraries"
  inside rm -r /root/.config/latchkey/accounts
done

step "Removed again"
apt_inside purge latchkey liblatchkey0 liblatchkey-dev
apt_inside autoremove --purge
nothing_left_since "$root/tmp/with_tools"
step "Nothing left"
