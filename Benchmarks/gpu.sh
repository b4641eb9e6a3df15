#!/usr/bin/env bash
# Everything that a GPU is wanted for, in one command of at most nine minutes, on a machine that has the pack
# (Benchmarks/pack.sh):
#   gpu.sh [DEVICE] [RESULTS]      device cuda:0, results in ./results
# Parts, the most telling first, each with a limit of its own and none beyond the whole: devices and their self-test,
# the operator tests, gradients (where nativecnn has `gradcheck`), training steps eager and as a graph and the other
# benchmarks, PyTorch's beside them where python3 has it, every kernel with the vendor's libraries, the operator tests
# with every index checked. Leaves in RESULTS, written as it goes: device.txt, tests.log, gradcheck.log,
# nativecnn.jsonl, pytorch.jsonl, kernels.jsonl, roofline.svg, checked.log, notes.txt (what was cut, left out or wrong),
# and at the end, also of a run that is interrupted, table.md.
# NATIVECNN_GPU_SECONDS is the limit of the whole (540), NATIVECNN_BENCH_SECONDS how long each benchmark measures (1),
# NATIVECNN_GPU_PARTS what runs: tests, gradcheck, bench, peers, kernels, checked. Exit code 1 where something failed;
# what its limit cut short is told, and is no failure.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
device=${1:-cuda:0}
results=${2:-results}
total=${NATIVECNN_GPU_SECONDS:-540}
seconds=${NATIVECNN_BENCH_SECONDS:-1}
parts=${NATIVECNN_GPU_PARTS:-tests gradcheck bench peers kernels checked}
mkdir -p "$results"
: >"$results/notes.txt"
status=0
deadline=$total # Of the part under way, in seconds since the start.

wants() { [[ " $parts " == *" $1 "* ]]; }
note() { echo "$*" | tee -a "$results/notes.txt" >&2; }
has() { "$here/nativecnn" --help 2>/dev/null | grep -qE "^ +$1( |\$)"; }

counts() { grep ' passed, ' "$1" | tail -n 1; }

# part NAME LIMIT: begins a part; false where there is no time for it.
part() {
  deadline=$((SECONDS + $2 < total ? SECONDS + $2 : total))
  if ((deadline - SECONDS < 3)); then
    note "$1: left out, the $total s are over"
    return 1
  fi
  echo "== $1 (after $SECONDS s, at most $((deadline - SECONDS)) s)"
}

# bounded NAME COMMAND...: runs it until the part's deadline. 0 done, 1 failed, which is noted; 124 cut, which is too.
bounded() {
  local name=$1 left=$((deadline - SECONDS)) code=0
  shift
  if ((left < 1)); then
    note "$name: left out, the part's time is over"
    return 124
  fi
  timeout -k 5 "$left" "$@" || code=$?
  if ((code == 124 || code == 137)); then
    note "$name: cut after $left s"
    return 124
  elif ((code != 0)); then
    note "$name: failed with exit code $code"
    status=1
    return 1
  fi
}

# A line for each of our benchmarks; the peers' of the same name (and batch, where both say it) to the right, and for
# kernels the vendor's library.
table() {
  awk '
    function text(key) { return match($0, "\"" key "\": *\"[^\"]*\"") ? unquoted(substr($0, RSTART, RLENGTH)) : "" }
    function unquoted(pair) { sub(/^"[^"]*": *"/, "", pair); sub(/"$/, "", pair); return pair }
    function number(key) {
      if (!match($0, "\"" key "\": *[-+0-9.eE]+")) return ""
      pair = substr($0, RSTART, RLENGTH); sub(/^.*: */, "", pair); return pair + 0
    }
    function figure(value) { return value == "" ? "" : sprintf(value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value) }
    {
      name = text("benchmark"); batch = number("batch"); of = name; value = ""
      if (name ~ /^(train|infer)\//) { value = number("ms_per_step"); if (value == "") value = number("ms_per_batch"); of = name " b" batch; unit = "ms" }
      else if (name ~ /^features\//) { value = number("times_real_time"); of = name " " number("sample_rate") " Hz"; unit = "x real time" }
      else if (name ~ /^gemm\//) { value = number("gflops"); unit = "GFLOP/s" }
      else if (name ~ /^kernels\// && /"default":true/ && text("vendor") != "") {
        value = number("microseconds"); unit = "us"; of = name ": " text("shape")
        peers[of] = text("vendor") " " figure(number("vendor_microseconds")) " us"
      }
      else next
      if (value == "") next
      if (FILENAME !~ /pytorch/) {
        how = name ~ /^train/ ? (/"graph":true/ ? ", graph" : ", eager") : ""
        line[++lines] = of how "|" figure(value) " " unit; key[lines] = of
      } else {
        peers[of] = peers[of] (peers[of] == "" ? "" : "; ") text("mode") (text("mode") == "" ? "" : " ") text("math") " " figure(value)
      }
    }
    END {
      print "| benchmark | nativecnn | PyTorch, or the named library |"; print "| --- | --- | --- |"
      for (i = 1; i <= lines; i++) { split(line[i], cell, "|"); print "| " cell[1] " | " cell[2] " | " peers[key[i]] " |" }
    }' "$@"
}
finish() {
  local files=() file
  for file in nativecnn kernels pytorch; do
    [[ ! -s $results/$file.jsonl ]] || files+=("$results/$file.jsonl")
  done
  {
    sed 's/$/  /' "$results/device.txt"
    [[ ! -s $results/tests.log ]] || echo "tests: $(counts "$results/tests.log")  "
    [[ ! -s $results/checked.log ]] || echo "every index checked: $(counts "$results/checked.log")  "
    sed 's/$/  /' "$results/notes.txt"
    echo
    ((${#files[@]} == 0)) || table "${files[@]}"
  } >"$results/table.md"
  echo
  sed -n '/^|/p' "$results/table.md"
}
trap finish EXIT
trap 'exit 130' INT TERM

part devices 30
{
  date -u '+%Y-%m-%d %H:%M UTC'
  bounded devices "$here/nativecnn" devices --self-test 2>&1
  nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,power.limit --format=csv,noheader 2>/dev/null
} >"$results/device.txt"
cat "$results/device.txt"

if wants tests && part "tests on $device" 110; then
  NATIVECNN_TEST_DEVICES=$device bounded tests "$here/tests" "$device" >"$results/tests.log" 2>&1
  grep '^FAILED' "$results/tests.log"
  counts "$results/tests.log"
fi

if wants gradcheck && has gradcheck && part "gradients on $device" 40; then
  bounded gradcheck "$here/nativecnn" gradcheck --device "$device" >"$results/gradcheck.log" 2>&1
  tail -n 3 "$results/gradcheck.log"
fi

bench() {
  bounded "bench $*" "$here/nativecnn" bench "$@" --device "$device" --seconds "$seconds" --json \
    >>"$results/nativecnn.jsonl"
}

train_and_infer() {
  local model=$1 batch graph
  for batch in 64 1024; do
    for graph in $graphs; do
      bench train --model "$model" --batch-size "$batch" --graph "$graph"
    done
    bench infer --model "$model" --batch-size "$batch"
  done
}

if wants bench && part "benchmarks on $device" 120; then
  : >"$results/nativecnn.jsonl"
  graphs="off auto"
  [[ $device == cuda* ]] || graphs=off
  train_and_infer article
  train_and_infer deep
  for size in ${NATIVECNN_GEMM_SIZES:-512 1024 2048 4096 8192}; do
    bench gemm --size "$size"
  done
  bench features --batch-size 1024
  bench features --batch-size 1024 --sample-rate 16000 --fft 512 --hop 160 --mels 80 --coefficients 20
  train_and_infer residual
  train_and_infer small
fi

if wants peers; then
  rm -f "$results/pytorch.jsonl"
  if [[ ! -f $here/peers/pytorch_gpu.py ]]; then
    note "no peers/pytorch_gpu.py in this pack"
  elif ! timeout 60 python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    note "python3 has no PyTorch that sees a CUDA device: no peers"
  elif part PyTorch "${NATIVECNN_PEERS_SECONDS:-100}"; then
    bounded pytorch_gpu.py python3 "$here/peers/pytorch_gpu.py" >"$results/pytorch.jsonl" 2>"$results/pytorch.log"
  fi
fi

# The folders of NVIDIA's libraries that came with PyTorch, which the system does not look into.
libraries_of_pytorch() {
  python3 - 2>/dev/null <<'FIND'
import glob, importlib.util, os
torch = importlib.util.find_spec("torch")
root = os.path.join(os.path.dirname(os.path.dirname(torch.origin)), "nvidia") if torch else "/nowhere"
found = glob.glob(f"{root}/*/lib/libcublas.so*") + glob.glob(f"{root}/*/lib/libcufft.so*")
print(":".join(sorted({os.path.dirname(one) for one in found})))
FIND
}

if wants kernels && part "kernels and the vendor's libraries on $device" "${NATIVECNN_KERNELS_SECONDS:-100}"; then
  libraries=${NATIVECNN_CUDA_LIBRARIES:-$(libraries_of_pytorch)}
  NATIVECNN_CUDA_LIBRARIES=$libraries bounded "bench kernels" "$here/nativecnn" bench kernels --device "$device" \
    --vendor --seconds "${NATIVECNN_KERNEL_SECONDS:-0.05}" --json --output "$results/roofline.svg" \
    ${NATIVECNN_KERNEL_FILTER:+--filter "$NATIVECNN_KERNEL_FILTER"} \
    >"$results/kernels.jsonl" 2>"$results/kernels.log"
  grep -E '^(warning|error): ' "$results/kernels.log" | tee -a "$results/notes.txt"
  grep -c '"verdict":"right"' "$results/kernels.jsonl" | sed 's/$/ kernels are right/'
  grep '"verdict":"wrong"' "$results/kernels.jsonl" | sed 's/^/WRONG: /' | tee -a "$results/notes.txt"
fi

if wants checked && part "operator tests on $device, every index checked" 110; then
  # A wrong index ends a CUDA context, so what fails first counts.
  NATIVECNN_TEST_DEVICES=$device NATIVECNN_ASSERTIONS=1 bounded "checked tests" "$here/tests" Operators. \
    >"$results/checked.log" 2>&1
  grep -m 5 '^FAILED' "$results/checked.log"
  counts "$results/checked.log"
fi
exit "$status"
