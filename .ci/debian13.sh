#!/usr/bin/env bash
# A Debian 13 root with some packages in it: debian13.sh LOG PACKAGE... As root, at first with the network. Made once,
# in about a minute, in NATIVECNN_CI_CACHE; packages that a later script asks for are added. Prints the root's path.
set -euo pipefail
log=$1
shift
cache=${NATIVECNN_CI_CACHE:-/var/tmp/nativecnn-ci}
root=$cache/debian13

make_root() {
  local new=$root.new mirror
  command -v debootstrap >/dev/null || { apt-get update && apt-get install -y debootstrap; }
  mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
    awk '/^URIs:/ { print $2; exit } /^deb / { sub(/\[[^]]*\]/, ""); print $2; exit }')
  [[ -n $mirror ]] || { echo "no Debian mirror in this machine's apt sources" >&2; return 1; }
  rm -rf --one-file-system "$new"
  debootstrap --variant=minbase trixie "$new" "$mirror"
  mv "$new" "$root"
}

missing() { # The packages that the root has not.
  local one
  for one; do
    chroot "$root" dpkg-query -W -f '${db:Status-Status}\n' "$one" 2>/dev/null | grep -qx installed || echo "$one"
  done
}

add() {
  chroot "$root" apt-get update
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y --no-install-recommends \
    -o Dpkg::Options::=--force-unsafe-io "$@"
  chroot "$root" apt-get clean
}

mkdir -p "$cache"
exec 9>"$cache/lock" && flock 9 # Two checkouts may share the cache.
if [[ ! -d $root ]]; then
  make_root >"$log" 2>&1 || { tail -n 20 "$log" >&2; echo "no Debian 13 root in $cache" >&2; exit 1; }
fi
mapfile -t wanted < <(missing "$@")
if [[ ${#wanted[@]} -gt 0 ]]; then
  add "${wanted[@]}" >>"$log" 2>&1 || { tail -n 20 "$log" >&2; echo "no ${wanted[*]} in $root" >&2; exit 1; }
fi
echo "$root"
