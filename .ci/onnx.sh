#!/usr/bin/env bash
# Exported runs in other programs: trains models on real recordings, exports each to ONNX, has ONNX's own checker read
# the files, and compares what ONNX Runtime makes of 300 clips with what we do: logits within 1e-4, the same class.
#   .ci/onnx.sh [MODEL[:FEATURES]...]     article and deep without any; NATIVECNN_ONNX_EPOCHS of each, 2 without
# NATIVECNN_ONNX_PYTHON: the Python that has onnx; /usr/bin/python3 without. Needs a Release build of NativeCnn.sln.
# Ends with the line "N passed, N failed".
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
recordings=${NATIVECNN_ONNX_CLIPS:-$repo/../shared/fsdd/recordings}
python=${NATIVECNN_ONNX_PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[[ $# -gt 0 ]] || set -- article deep
passed=0 failed=0
nativecnn() { dotnet "$repo/Cli/bin/Release/net10.0/nativecnn.dll" "$@"; }
verdict() { if "${@:2}"; then passed=$((passed + 1)); else echo "onnx: FAILED: $1"; failed=$((failed + 1)); fi; }

check() {
  "$python" - "$@" <<'PYTHON'
import sys
import onnx
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    print(f"onnx {onnx.__version__}: {path.split('/')[-4]} {path.split('/')[-1]}: {len(model.graph.node)} nodes, valid")
PYTHON
}

runs=
for one in "$@"; do
  model=${one%%:*} features=()
  [[ $one == *:* ]] && features=(--features "${one#*:}")
  run=$work/${one/:/-}
  nativecnn train --data "$recordings" --sample-rate 8000 --model "$model" \
    "${features[@]}" --epochs "${NATIVECNN_ONNX_EPOCHS:-2}" --seed 1 --device cpu --output "$run" \
    >"$work/train.log" 2>&1 || { tail -n 5 "$work/train.log"; verdict "training $one" false; continue; }
  nativecnn export "$run" --format onnx || { verdict "exporting $one" false; continue; }
  verdict "the checker on $one" check "$run/export/onnx/model.onnx" "$run/export/onnx/network.onnx"
  runs+=${runs:+,}$run
done

compare() {
  NATIVECNN_ONNX_RUNS=$runs NATIVECNN_ONNX_CLIPS=$recordings NATIVECNN_TEST_DEVICES=cpu \
    dotnet "$repo/Tests/bin/Release/net10.0/NativeCnn.Tests.dll" OnnxRealClips >"$work/compared.log" 2>&1 &&
    grep -q '^1 passed, 0 failed$' "$work/compared.log"
}
verdict "ONNX Runtime over 300 clips" compare
grep -E ' clips, logits |skipped' "$work/compared.log" || tail -n 20 "$work/compared.log"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
