#!/usr/bin/env bash
# nativecnn with its .NET for machines that have none: an archive a system, made on one machine.
#   Cli/Packaging/archives.sh [FOLDER [SYSTEM...]]     FOLDER is artifacts/archives without one; all systems without any
# A system whose parts of .NET cannot be restored here is left out and told. Exit code 1 where nothing could be made, or
# where something failed to compile.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/publish.sh"
folder=$(realpath -m "${1:-$repo/artifacts/archives}")
systems=("${@:2}")
[[ ${#systems[@]} -gt 0 ]] || systems=(linux-x64 linux-arm64 win-x64 osx-arm64)
version=$(sed -nE 's|.*<Version>(.*)</Version>.*|\1|p' "$repo/Directory.Build.props")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"

# How the program is called on a system, and the file of it that starts.
starts() { [[ $1 == win-* ]] && echo nativecnn.exe || echo nativecnn; }

readme() {
  cat <<README
NativeCnn $version for $1. Needs no .NET; a GPU needs its driver alone.

  $2 devices                 what can be computed on here, and what is left out and why
  $2 train                   trains on ten classes of sounds that it makes itself
  $2 train --data FOLDER     on your own: one folder a class
  $2 --help                  all commands

LICENSE is that of NativeCnn. The libraries in bin have their own: see docs/packages.md of the sources.
README
}

made=0
for system in "${systems[@]}"; do
  name=nativecnn-$version-$system
  log=$work/$system.log
  if ! publish Cli "$system" "$work/$name/bin" >"$log" 2>&1; then
    if grep -qE 'error (NU|NETSDK1094|NETSDK1047)' "$log"; then
      echo "left out: $system: $(grep -m1 -oE 'error (NU|NETSDK)[0-9]+: .*' "$log")"
      continue
    fi
    cat "$log" >&2
    exit 1
  fi
  tidy "$work/$name/bin"
  [[ -s $work/$name/bin/$(starts "$system") ]] || { echo "$system: publishing left no program" >&2; exit 1; }
  cp "$repo/LICENSE" "$work/$name/LICENSE"
  if [[ $system == win-* ]]; then
    archive=$folder/$name.zip
    printf '@echo off\r\nset DOTNET_ROOT=\r\n"%%~dp0bin\\nativecnn.exe" %%*\r\n' >"$work/$name/nativecnn.cmd"
    readme "$system" nativecnn | sed 's/$/\r/' >"$work/$name/README.txt"
    rm -rf "$archive" "$work/zip"
    mkdir "$work/zip"
    mv "$work/$name" "$work/zip/$name"
    dotnet msbuild "$repo/Cli/Packaging/zip.proj" -nologo -v:quiet "-p:From=$work/zip" "-p:To=$archive"
  else
    archive=$folder/$name.tar.xz
    launcher "$work/$name/nativecnn" nativecnn
    readme "$system" ./nativecnn >"$work/$name/README.txt"
    tar_of "$work/$name" | xz -T2 "-${NATIVECNN_PACK_LEVEL:-6}" >"$archive"
  fi
  rm -rf "${work:?}/$name" "$work/zip"
  size=$(stat -c %s "$archive")
  echo "$archive: $((size / 1000000)).$((size / 100000 % 10)) MB"
  made=$((made + 1))
done
[[ $made -gt 0 ]]
