#!/usr/bin/env bash
# What exported pages compute in PyTorch, and runs of weights that it trained: pytorch.sh RESULTS. As root, with a
# Release build. PyTorch is Debian 13's python3-torch (no GPU), in the root that debian13.sh makes: once some three
# minutes of a processor and 1.3 GiB. Where it cannot be had, a line says so and nothing is run. Ends with
# "N passed, N failed".
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
results=$(realpath "$1")

# All mounts live in a namespace of this script's own: however it ends, none is left behind.
if [[ ${NATIVECNN_CI_MOUNTS:-} != private ]]; then
  NATIVECNN_CI_MOUNTS=private exec unshare --mount --propagation private "${BASH_SOURCE[0]}" "$@"
fi

root=$("$repo/.ci/debian13.sh" "$results/pytorch-root.log" python3-torch) ||
  { echo "pytorch: skipped, for there is no python3-torch here"; echo "0 passed, 0 failed"; exit 0; }

# Tests give Python folders below the temporary one, so that both must see it at one place.
temporary=$(realpath "${TMPDIR:-/tmp}")
for one in /proc /dev "$temporary"; do
  mkdir -p "$root$one" && mount --rbind "$one" "$root$one"
done
# Debian 13's oneDNN 3.7.2 gives wrong convolutions, or NaN, with AVX-512 on an AMD EPYC: 40 channels to 64 are enough.
python=$results/python-torch
cat >"$python" <<END
#!/bin/sh
ONEDNN_MAX_CPU_ISA=AVX2 exec chroot "$root" sh -c 'cd "\$0" && exec python3 "\$@"' "\$PWD" "\$@"
END
chmod +x "$python"
(cd "$temporary" && "$python" -c 'import torch; print("PyTorch", torch.__version__)')

status=0
recordings=$repo/../shared/fsdd/recordings
[[ -d $recordings ]] && export NATIVECNN_RECORDINGS=$recordings
NATIVECNN_PYTORCH=$python dotnet "$repo/Tests/bin/Release/net10.0/NativeCnn.Tests.dll" PyTorchLaws \
  >"$results/pytorch.log" 2>&1 || { grep -A 8 '^FAILED' "$results/pytorch.log"; status=1; }
summary=$(grep -oE '^[1-9][0-9]* passed, [0-9]+ failed' "$results/pytorch.log") ||
  { tail -n 5 "$results/pytorch.log"; summary="0 passed, 1 failed"; status=1; }
echo "$summary"
exit "$status"
