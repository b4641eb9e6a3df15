#!/usr/bin/env bash
# Runs the TorchSharp peer: torchsharp.sh CASE ...      the cases: torchsharp/Program.cs
# libtorch wants a newer libstdc++ than Debian 12 has: there the peer runs in a Debian 13 root below PEER_CACHE, which
# this script makes once, as root (a minute, with debootstrap). PEER_PLAIN=1 runs it without, on a newer system.
# PEER_THREADS (all) and PEER_SECONDS (3 a case) reach the peer.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${PEER_CACHE:-/var/tmp/nativecnn-peers}
build=$cache/build-nativecnn
out=$build/out
threads=${PEER_THREADS:-$(nproc)}
seconds=${PEER_SECONDS:-3}

newest=$(find "$here/torchsharp" -type f -newer "$out/TorchSharpPeer.dll" 2>/dev/null | head -1) || true
if [[ ! -e $out/TorchSharpPeer.dll || -n $newest ]]; then
  # Away from this repository, whose package versions and warnings are no business of the peer's.
  mkdir -p "$build"
  rm -rf "$build/source" "$out"
  cp -r "$here/torchsharp" "$build/source"
  dotnet publish "$build/source" -c Release -r linux-x64 --self-contained false -o "$out" --nologo -v quiet >&2
  touch "$out/TorchSharpPeer.dll"
fi

if [[ ${PEER_PLAIN:-0} == 1 ]]; then
  PEER_THREADS=$threads PEER_SECONDS=$seconds exec dotnet "$out/TorchSharpPeer.dll" "$@"
fi

root=$cache/debian13
if [[ ! -e $root/.ready ]]; then
  command -v debootstrap > /dev/null || { echo "torchsharp: apt-get install debootstrap, or PEER_PLAIN=1" >&2; exit 2; }
  mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)
  rm -rf "$root"
  debootstrap --variant=minbase --no-check-gpg --include=libstdc++6,libgomp1,ca-certificates \
    trixie "$root" "$mirror" >&2
  touch "$root/.ready"
fi

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
bind() {
  mkdir -p "$root/$2"
  mountpoint -q "$root/$2" || mount --rbind "$1" "$root/$2"
}
bind /proc proc
bind /sys sys
bind /dev dev
bind "$dotnet" usr/share/dotnet
bind "$build" nativecnn-peer
exec chroot "$root" env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 PEER_THREADS="$threads" PEER_SECONDS="$seconds" \
  /usr/share/dotnet/dotnet /nativecnn-peer/out/TorchSharpPeer.dll "$@"
