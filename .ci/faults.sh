#!/usr/bin/env bash
# Faults for real: kill -9 at random moments and at each write, disks that fill, folders that may not be written, two
# processes into one folder, clocks that jump, a cache beyond its limit. After each, the same command or `--resume` must
# end in the bytes of the run that nothing happened to.
#   .ci/faults.sh [KILLS]     kills at random moments, and as many aimed at writes, evenly over all of them (10 without)
# NATIVECNN_FAULTS_SEED chooses the moments. Needs root, strace, faketime and a Release build of NativeCnn.sln. Ends with
# the line "N passed, N failed". docs/reliability.md tells what a user sees of each fault.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kills=${1:-10}

# All mounts live in a namespace of this script's own: however it ends, none is left behind.
if [[ ${NATIVECNN_CI_MOUNTS:-} != private ]]; then
  NATIVECNN_CI_MOUNTS=private exec unshare --mount --propagation private "${BASH_SOURCE[0]}" "$@"
fi

export seed=${NATIVECNN_FAULTS_SEED:-$RANDOM}
export work
work=$(mktemp -d)
trap 'cd / && rm -rf --one-file-system "$work"' EXIT
chmod 755 "$work"
export dll=$repo/Cli/bin/Release/net10.0/nativecnn.dll
export NATIVECNN_CACHE=off NATIVECNN_KERNEL_CACHE=off DOTNET_TieredPGO=0 DOTNET_gcServer=0
since() { echo "== faults: $1 (after $SECONDS s)"; }

# Two runs: built-in sounds with all in memory; files by way of a cache, with features on disk. Both write each file of
# a run folder several times. They run in a folder of their own, whose `run` is the run folder.
export plain="train --clips-per-class 4 --clip-seconds 0.3 --epochs 3 --seed 1 --device cpu --workers 1 --output run"
export cached="train --data $work/clips --cache cache --feature-memory disk --model deep --epochs 3 --seed 2 \
--batch-size 8 --device cpu --workers 1 --output run"
nativecnn() { dotnet "$dll" "$@"; }
export -f nativecnn

# same VARIANT FOLDER: whether its run has the bytes of the reference, and nothing half written beside them.
same() {
  local file
  for file in model.safetensors proof.safetensors checkpoint/checkpoint.safetensors split.csv config.json; do
    cmp -s "$2/run/$file" "$work/$1/run/$file" || { echo "$file is another"; return 1; }
  done
  cmp -s <(sed 's/"seconds":[^}]*//' "$2/run/metrics.jsonl") <(sed 's/"seconds":[^}]*//' "$work/$1/run/metrics.jsonl") ||
    { echo "metrics.jsonl is another"; return 1; }
  # Lines with times, or with the command, are marked.
  cmp -s <(sed '/"varies"/d' "$2/run/report.html") <(sed '/"varies"/d' "$work/$1/run/report.html") ||
    { echo "report.html is another"; return 1; }
  [[ -z $(find "$2/run" -name '.*' -type f) ]] || { echo "left behind: $(find "$2/run" -name '.*' -type f)"; return 1; }
}

# verdict NAME PROBLEM: one line a check; without a problem it passed.
verdict() { if [[ -z $2 ]]; then echo "passed $1"; else echo "FAILED $1: ${2//$'\n'/ }"; fi; }

# Goes on with what a fault left: --resume where that is asked for and there is a run, else the same command.
go_on() { # VARIANT RESUME
  if [[ $2 == 1 && -f run/config.json ]]; then
    local more=()
    [[ $1 == cached ]] && more=(--cache cache)
    nativecnn train --resume run "${more[@]}" >after 2>&1
  else
    nativecnn ${!1} >after 2>&1
  fi
}

# The shell's own word on what was killed is not wanted.
killed_after() { # SECONDS ARGUMENT...
  { timeout --signal=KILL "$1" dotnet "$dll" "${@:2}" >before 2>&1 || true; } 2>/dev/null
}

# random VARIANT NUMBER: killed at a random moment; one in three is killed once more while it goes on.
random() {
  local variant=$1 number=$2 folder=$work/random-$1-$2 moment again= problem=
  RANDOM=$((seed + number))
  mkdir "$folder" && cd "$folder"
  moment=$(awk -v r=$RANDOM -v s="$(<"$work/$variant/seconds")" 'BEGIN { printf "%.3f", (0.15 + 0.9 * r / 32768) * s }')
  killed_after "$moment" ${!variant}
  if ((RANDOM % 3 == 0)) && [[ -f run/config.json ]]; then
    again=", then at $moment s of --resume"
    killed_after "$moment" train --resume run
  fi
  if go_on "$variant" $((number % 2)); then problem=$(same "$variant" "$folder" || true); else problem=$(tail -n 1 after); fi
  verdict "kill -9 of $variant at $moment s$again" "$problem"
  cd "$work" && rm -r "$folder"
}

# aimed VARIANT NUMBER RESUME: killed at the NUMBERth write, flush, renaming or deletion of one of its threads.
aimed() {
  local variant=$1 number=$2 folder=$work/aimed-$1-$2 problem= what
  mkdir "$folder" && cd "$folder"
  {
    strace -f --seccomp-bpf -qq -o trace -e trace="$calls" -e inject="$calls:signal=KILL:when=$number" \
      dotnet "$dll" ${!variant} >before 2>&1 || true
  } 2>/dev/null
  what=$(awk -v n="$number" '++seen[$1] == n { sub(/^[0-9]+ +/, ""); print substr($0, 1, 40); exit }' trace)
  if go_on "$variant" "$3"; then problem=$(same "$variant" "$folder" || true); else problem=$(tail -n 1 after); fi
  verdict "kill -9 of $variant at write $number, $what" "$problem"
  cd "$work" && rm -r "$folder"
}
export calls=pwrite64,fsync,rename,unlink

# One line that begins with "error:" and says that a file cannot be written; nothing half written beside it.
told_once() { # FILE FOLDER
  [[ $(grep -c '^error: ' "$1") == 1 ]] || { echo "told: $(cat "$1")"; return; }
  grep -qE "^error: cannot write '[^']*[^p']': (no space left on its disk|its file system is read-only|this user)" "$1" ||
    echo "told: $(grep '^error: ' "$1")"
  [[ -z $(find "$2" -name '*.tmp') ]] || echo "half written: $(find "$2" -name '*.tmp')"
}

# full KIB: the disk of the run folder has so little room; then more, and the run goes on.
full() {
  local folder=$work/full-$1 problem= code=0
  mkdir "$folder" && mount -t tmpfs -o "size=$1k" tmpfs "$folder" && cd "$folder"
  nativecnn $plain >/dev/null 2>"$folder.err" || code=$?
  if [[ $code == 1 ]]; then problem=$(told_once "$folder.err" run); else problem="exit code $code"; fi
  # What is there of a model is a whole one.
  [[ ! -e run/model.safetensors ]] || nativecnn predict run "$work/one.wav" >/dev/null 2>predicted ||
    problem+=" predict: $(tail -n 1 predicted)"
  mount -o remount,size=64m "$folder"
  go_on plain $(($1 / 4 % 2)) && problem+=$(same plain "$folder") || problem+=" goes on: $(tail -n 1 after)"
  verdict "a disk of $1 KiB, then room" "$problem"
  cd "$work" && umount "$folder"
}

# full_cache KIB: the cache's disk is full: the run is the same, told that nothing was kept; so is the next one.
full_cache() {
  local folder=$work/cachefull-$1 problem= again
  mkdir -p "$folder/cache" && mount -t tmpfs -o "size=$1k" tmpfs "$folder/cache" && cd "$folder"
  for again in 1 2; do
    nativecnn ${cached/--feature-memory disk/} >/dev/null 2>err && problem+=$(cmp run/model.safetensors \
      "$work/cached/run/model.safetensors" 2>&1) || problem+=" $(tail -n 1 err)"
    grep -q 'features could not be kept: ' err || problem+=" nothing was told"
  done
  # Where features have to stay on disk, there is no run without room.
  if nativecnn $cached --force >/dev/null 2>err || ! grep -qE '^error: there is no room for .* of features' err; then
    problem+=" with --feature-memory disk: $(tail -n 1 err)"
  fi
  verdict "a cache on a disk of $1 KiB" "$problem"
  cd "$work" && umount "$folder/cache"
}

# full_export NAME: a file of `features --output` for which there is no room.
full_export() {
  local folder=$work/export-$1 problem code=0
  mkdir "$folder" && mount -t tmpfs -o size=12k tmpfs "$folder" && head -c 8192 /dev/zero >"$folder/other"
  cd "$work" && nativecnn features one.wav --output "$folder/x.$1" >/dev/null 2>"$folder.err" || code=$?
  if [[ $code == 1 ]]; then problem=$(told_once "$folder.err" "$folder"); else problem="exit code $code"; fi
  [[ ! -e $folder/x.$1 ]] || problem+=" x.$1 is there"
  verdict "features --output x.$1 on a full disk" "$problem"
  umount "$folder"
}

# refused NAME COMMAND...: exit code 2, one line of an error, which says that something cannot be written.
refused() {
  local name=$1 code=0 problem=
  shift
  "$@" >"$work/refused.out" 2>"$work/refused.err" || code=$?
  [[ $code == 2 && $(grep -c '^error: ' "$work/refused.err") == 1 ]] &&
    grep -qiE '^error: .*(read-only|denied|may not write)' "$work/refused.err" ||
    problem="exit code $code, $(tail -n 1 "$work/refused.err")"
  verdict "$name" "$problem"
}

read_only() {
  local folder=$work/readonly user=(setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent)
  mkdir "$folder" && cp -r "$work/plain/run" "$folder/run" && mount --bind "$folder" "$folder"
  mount -o remount,ro,bind "$folder"
  cd "$work"
  refused "train into a read-only file system" nativecnn ${plain/--output run/--output $folder/new}
  refused "train --resume on a read-only file system" nativecnn train --resume "$folder/run" --epochs 4
  refused "features --output into a read-only file system" nativecnn features one.wav --output "$folder/x.npy"
  refused "train into a folder of another user" "${user[@]}" dotnet "$dll" ${plain/--output run/--output plain/new}
  refused "train --resume in a folder of another user" "${user[@]}" dotnet "$dll" train --resume plain/run --epochs 4
  refused "features --output into a folder of another user" "${user[@]}" dotnet "$dll" features one.wav --output x.csv
  local problem=
  nativecnn predict "$folder/run" one.wav >/dev/null 2>err || problem=$(tail -n 1 err)
  verdict "predict with a run on a read-only file system" "$problem"
  mkdir other && cd other
  problem=
  local elsewhere=${cached/--cache cache/--cache $folder/cache}
  nativecnn ${elsewhere/--feature-memory disk/} >/dev/null 2>err &&
    problem=$(cmp run/model.safetensors ../cached/run/model.safetensors 2>&1) || problem=$(tail -n 1 err)
  grep -q 'features could not be kept: Read-only file system' err || problem+=" nothing was told"
  verdict "a cache on a read-only file system" "$problem"
  cd "$work" && umount "$folder"
}

two_processes() {
  local folder=$work/two problem= code=0 first
  mkdir "$folder" && cd "$folder"
  # The first holds the lock while strace holds it at the flush of its first checkpoint.
  strace -f --seccomp-bpf -qq -o trace -e trace=fsync -e inject=fsync:delay_enter=1500000:when=5 \
    dotnet "$dll" $plain >first 2>&1 &
  first=$!
  while [[ ! -e run/.lock-holder ]] && kill -0 $first 2>/dev/null; do sleep 0.02; done
  nativecnn $plain >second 2>&1 || code=$?
  grep -qE "^error: another training writes the run folder 'run' \(process [0-9]+ on " second && [[ $code == 2 ]] ||
    problem="exit code $code, $(tail -n 1 second)"
  wait $first || problem+=" the first failed"
  problem+=$(same plain "$folder" || true)
  verdict "two trainings into one folder" "$problem"
}

# clock NAME FAKETIME: another date, steady clocks as they are; then one that jumps in the middle of the run.
clock() {
  local folder=$work/clock-${1//[^a-z0-9]/} problem=
  mkdir "$folder" && cd "$folder"
  for _ in 1 2; do
    if [[ $2 == jump* ]]; then
      echo "${2#jump }" >now
      (sleep 0.5 && echo "+0" >now) &
      env LD_PRELOAD="$faketime" FAKETIME_TIMESTAMP_FILE="$folder/now" FAKETIME_NO_CACHE=1 \
        FAKETIME_DONT_FAKE_MONOTONIC=1 dotnet "$dll" $cached >out 2>err || problem=$(tail -n 1 err)
    else
      env LD_PRELOAD="$faketime" FAKETIME="$2" FAKETIME_DONT_FAKE_MONOTONIC=1 dotnet "$dll" $cached >out 2>err ||
        problem=$(tail -n 1 err)
    fi
    problem+=$(same cached "$folder" || true)
    ! grep -qE '"seconds":-' run/metrics.jsonl && ! grep -qE -- '-[0-9.]+ s[: ]' out || problem+=" negative seconds"
  done
  verdict "a clock that $1, cold and from the cache" "$problem"
}

cache_limit() {
  local folder=$work/limit problem=
  mkdir -p "$folder/cache/shelf" && cd "$folder"
  truncate -s 5G cache/shelf/old.pack
  touch -a -m -d 2020-01-01 cache/shelf/old.pack
  nativecnn $cached >out 2>err && problem=$(same cached "$folder") || problem+=" $(tail -n 1 err)"
  [[ ! -e cache/shelf/old.pack ]] || problem+=" the cache is beyond its limit"
  verdict "a cache of 5 GiB, which may have 4" "$problem"
}

export -f same verdict go_on killed_after random aimed told_once full full_cache full_export
export faketime
faketime=$(ls /usr/lib/*/faketime/libfaketime.so.1)

since "the runs that nothing happens to, moments by the seed $seed"
dotnet "$repo/Benchmarks/bin/Release/net10.0/NativeCnn.Benchmarks.dll" --make-clips "$work/clips" 200 0.3 8000 >/dev/null
rm -r "$work"/clips/*.txt "$work"/clips/word0[6-9] "$work"/clips/word[123]*
find "$work/clips" -type f -exec touch -d '-1 hour' {} +
cp "$(find "$work/clips" -name '*.wav' | sort | head -n 1)" "$work/one.wav"
for variant in plain cached; do
  mkdir "$work/$variant" && cd "$work/$variant"
  start=$EPOCHREALTIME
  nativecnn ${!variant} >out 2>err || { cat err; exit 1; }
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }' >seconds
  mkdir traced && cd traced
  strace -f --seccomp-bpf -y -qq -o trace -e trace=$calls dotnet "$dll" ${!variant} >/dev/null 2>&1
  # Of the thread that renames the run's files: the first call that touches the run folder, and all of its calls.
  main=$(awk '/rename\(.*config.json/ { print $1; exit }' trace)
  awk -v t="$main" '$1 == t { n++; if (/\/run\// && !first) first = n } END { print first, n }' trace >../writes
  cd .. && rm -r traced
  echo "$variant: $(<seconds) s, writes $(<writes)"
done
cd "$work"

since "$kills kills at random moments, $kills at writes"
{
  for ((i = 0; i < kills; i++)); do
    if ((i % 2)); then echo "random cached $i"; else echo "random plain $i"; fi
  done
  for ((i = 0; i < kills; i++)); do
    if ((i % 3 == 2)); then variant=cached; else variant=plain; fi
    read -r first last <"$work/$variant/writes"
    echo "aimed $variant $((first + (last - first) * i / (kills > 1 ? kills - 1 : 1))) $((i / 2 % 2))"
  done
} >"$work/kills"
# 50 and more are aimed at each single write.
if ((kills >= 50)); then
  sed -i '/^aimed/d' "$work/kills"
  for variant in plain cached; do
    read -r first last <"$work/$variant/writes"
    for ((i = first; i <= last; i++)); do echo "aimed $variant $i $((i % 2))"; done
  done >>"$work/kills"
fi
xargs -P 2 -I {} bash -c '{}' <"$work/kills" >>"$work/verdicts" || true

since "disks that fill"
{
  for size in 4 8 12 16 504 512 700 2500 4000; do echo "full $size"; done
  for size in 4 20 64; do echo "full_cache $size"; done
  for name in npy csv png svg wav; do echo "full_export $name"; done
} | xargs -P 2 -I {} bash -c '{}' >>"$work/verdicts" || true

since "read-only folders, two processes, clocks, the cache's limit"
{
  read_only & one=$!
  two_processes; cache_limit
  clock "is ten years late" "-10y"
  clock "is ten years early" "+10y"
  clock "stands before 1970" "@1969-12-01 00:00:00"
  clock "jumps forward by a year" "jump -1y"
  clock "jumps back by a year" "jump +1y"
  wait $one
} >>"$work/verdicts"

since "done"
grep '^FAILED' "$work/verdicts" || true
[[ -z ${NATIVECNN_FAULTS_ALL:-} ]] || cat "$work/verdicts"
passed=$(grep -c '^passed' "$work/verdicts" || true)
failed=$(grep -c '^FAILED' "$work/verdicts" || true)
expected=$(($(wc -l <"$work/kills") + 17 + 8 + 7))
((passed + failed == expected)) || { echo "$((passed + failed)) checks of $expected were made"; failed=$((failed + 1)); }
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
