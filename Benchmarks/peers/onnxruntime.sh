#!/usr/bin/env bash
# Runs the ONNX Runtime peer: onnxruntime.sh CASE ...      the cases: onnxruntime/Program.cs
# It is built once below PEER_CACHE. PEER_THREADS (all) and PEER_SECONDS (3 a case) reach the peer.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${PEER_CACHE:-/var/tmp/nativecnn-peers}/build-onnxruntime
out=$build/out

newest=$(find "$here/onnxruntime" -type f -newer "$out/OnnxRuntimePeer.dll" 2>/dev/null | head -1) || true
if [[ ! -e $out/OnnxRuntimePeer.dll || -n $newest ]]; then
  # Away from this repository, whose package versions and warnings are no business of the peer's.
  mkdir -p "$build"
  rm -rf "$build/source" "$out"
  cp -r "$here/onnxruntime" "$build/source"
  dotnet publish "$build/source" -c Release -r linux-x64 --self-contained false -o "$out" --nologo -v quiet >&2
  touch "$out/OnnxRuntimePeer.dll"
fi

exec dotnet "$out/OnnxRuntimePeer.dll" "$@"
