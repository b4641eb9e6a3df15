#!/usr/bin/env bash
# Any amount of data: makes 105,829 clips of 1 s and 1,000,000 of 0.25 s (16 kHz, the layout of Speech Commands) and
# measures the way from files to features, an epoch from each place where features may be kept, and the most memory.
#   amount.sh [FOLDER]      the clips go there once, 12 GB; /tmp/nativecnn-amount without it
# NATIVECNN_AMOUNT_PARTS is what is measured: load epoch million peer. NATIVECNN_AMOUNT_ROUNDS is how often (3); the
# table has medians. The peer is torchaudio with PyTorch's DataLoader, by the python3 that NATIVECNN_AMOUNT_PYTHON
# names, as in `chroot ROOT python3`: it must see FOLDER under the same path.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:-/tmp/nativecnn-amount}
parts=${NATIVECNN_AMOUNT_PARTS:-load epoch million peer}
rounds=${NATIVECNN_AMOUNT_ROUNDS:-3}
nativecnn=$here/../Cli/bin/Release/net10.0/nativecnn
words=$folder/words
million=$folder/million
cache=$folder/cache
wants() { [[ " $parts " == *" $1 "* ]]; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

dotnet build "$here/../Cli" -c Release --nologo -v q >&2
mkdir -p "$folder"
make_clips() {
  [[ -e $1/.made ]] && return
  dotnet run -c Release --project "$here" -- --make-clips "$@" >&2
  touch "$1/.made"
}

# Runs a command and prints its seconds and the most memory that it had, in MiB.
measure() {
  local start=$EPOCHREALTIME peak=0 now pid
  "$@" >"$folder/output" 2>"$folder/errors" &
  pid=$!
  while now=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$pid/status" 2>/dev/null) && [[ -n $now ]]; do
    peak=$now
    sleep 0.05
  done
  wait "$pid" || { cat "$folder/errors" >&2; return 1; }
  awk -v a="$start" -v b="$EPOCHREALTIME" -v p="$peak" 'BEGIN { printf "%.2f %d\n", b - a, p }'
}

row() { printf '| %s | %s | %s |\n' "$@"; }

# A row of the table: the name, then the command.
measured() {
  local name=$1 lines=() i
  shift
  for ((i = 0; i < rounds; i++)); do
    [[ $name == *"written"* ]] && rm -rf "$cache"
    lines+=("$(measure "$@")")
  done
  row "$name" "$(printf '%s\n' "${lines[@]}" | awk '{ print $1 }' | median)" \
    "$(printf '%s\n' "${lines[@]}" | awk '{ print $2 }' | median)"
}

row "work, whole process" "seconds" "MiB at most"
row --- --- ---
if wants load; then
  make_clips "$words" 105829 1 16000
  for place in device host disk; do
    measured "105,829 clips, no cache, features on $place" \
      "$nativecnn" bench data --data "$words" --no-cache --feature-memory "$place"
  done
  measured "105,829 clips, cache written, features on disk" \
    "$nativecnn" bench data --data "$words" --cache "$cache" --feature-memory disk
  for place in disk device; do
    measured "105,829 clips, from the cache, features on $place" \
      "$nativecnn" bench data --data "$words" --cache "$cache" --feature-memory "$place"
  done
fi

if wants epoch; then
  make_clips "$words" 105829 1 16000
  row "second epoch of article" "seconds" ""
  for ((i = 0; i < rounds; i++)); do
    for place in device host disk; do
      "$nativecnn" train --data "$words" --cache "$cache" --epochs 2 --feature-memory "$place" \
        --output "$folder/run" --force >"$folder/output" 2>"$folder/errors"
      tail -n 1 "$folder/run/metrics.jsonl" | sed 's/.*"seconds":\([0-9.]*\).*/\1/' >>"$folder/epoch-$place.$$"
    done
  done
  for place in device host disk; do
    row "from $place" "$(median <"$folder/epoch-$place.$$")" ""
    rm "$folder/epoch-$place.$$"
  done
fi

if wants million; then
  make_clips "$million" 1000000 0.25 16000
  rounds=1
  measured "1,000,000 clips of 0.25 s, no cache, features on disk" \
    "$nativecnn" bench data --data "$million" --no-cache --feature-memory disk
  measured "1,000,000 clips, an epoch of tiny from disk" \
    "$nativecnn" train --data "$million" --no-cache --feature-memory disk --model tiny --epochs 1 --batch-size 256 \
    --output "$folder/run" --force
fi

if wants peer; then
  python=${NATIVECNN_AMOUNT_PYTHON:-python3}
  if $python -c 'import torchaudio' 2>/dev/null; then
    make_clips "$words" 105829 1 16000
    row "torchaudio, DataLoader of 2 workers: clips a second" "$($python - <"$here/amount_torchaudio.py" "$words")" ""
  else
    echo "there is no torchaudio for '$python': the peer is left out" >&2
  fi
fi
