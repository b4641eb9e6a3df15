#!/usr/bin/env bash
# Exports as C, compiled with warnings as errors: article, small and tiny on spoken digits, every recording, and tiny on 40
# Arabic commands, the validation clips. Floats must give the class that `nativecnn evaluate` gives; int8 on 99 of 100, and
# at most half a point less right. A build with sanitizers must stay silent, and `nativecnn verify` find what was exported.
# Ends with "N passed, N failed". Usage: .ci/c.sh [DIR]    DIR has fsdd/recordings and arabic-commands/clips.csv
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shared=$(realpath "${1:-../shared}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nativecnn() { dotnet Cli/bin/Release/net10.0/nativecnn.dll "$@"; }
passed=0 failed=0
strict=(-Wall -Wextra -Werror -std=c99 -pedantic)

# Lists have a line "file class" each, without blanks in either.
same() { awk 'NR == FNR { class[$1] = $2; next } { all++; same += class[$1] == $2 } END { print all ? same / all : 0 }' "$@"; }
at_least() { awk -v value="$1" -v least="$2" 'BEGIN { exit !(value >= least - 1e-9) }'; }

# check NAME MODEL FOLDER DATA EPOCHS PART: trains, exports and compares; clips are named from FOLDER on.
check() {
  local name=$1 model=$2 folder=$3 data=$4 epochs=$5 part=$6
  local run=$work/$name
  nativecnn train --data "$data" "${@:7}" --model "$model" --epochs "$epochs" --seed 1 --output "$run" >"$work/train.log" 2>&1 ||
    { tail -n 5 "$work/train.log"; failed=$((failed + 1)); return; }
  nativecnn evaluate "$run" --data "$data" ${part:+--part "$part"} --output "$run-evaluated" >"$work/evaluate.log" 2>&1 ||
    { tail -n 5 "$work/evaluate.log"; failed=$((failed + 1)); return; }
  tail -n +2 "$run-evaluated/predictions.csv" | cut -d, -f1 >"$work/files"
  tail -n +2 "$run-evaluated/predictions.csv" | tr ' ' '_' | awk -F, -v truth="$work/truth" '{ print $1, $3; print $1, $2 >truth }' \
    >"$work/ours"
  for precision in float32 int8; do
    local out=$run-$precision
    nativecnn export "$run" "$out" --format c --precision "$precision"
    gcc -O3 "${strict[@]}" "$out/$model.c" "$out/main.c" -lm -o "$out/classify" &
    # Of floats one is enough: gcc takes its time over long tables of them.
    local watched=classify
    if [[ $precision == int8 || $model == tiny ]]; then
      watched=sanitized
      gcc -O1 -g "${strict[@]}" -fsanitize=address,undefined -fno-sanitize-recover=all "$out/$model.c" "$out/main.c" -lm \
        -o "$out/sanitized"
    fi
    wait $!
    if [[ $precision == int8 ]]; then
      gcc -Os -std=c99 -c "$out/$model.c" -o "$out/$model.o"
      size "$out/$model.o" | awk 'NR == 2 { print "code and constants: " $1 + $2 " bytes; memory: " $3 " bytes" }'
    fi
    (cd "$folder" && tr '\n' '\0' <"$work/files" | xargs -0 "$out/classify") | tr ' ' '_' | awk -F'\t' '{ print $1, $2 }' \
      >"$out/theirs"
    local agree right of_floats least
    agree=$(same "$work/ours" "$out/theirs")
    right=$(same "$work/truth" "$out/theirs") of_floats=$(same "$work/truth" "$work/ours")
    least=$([[ $precision == float32 ]] && echo 1 || echo 0.99)
    echo "$name $precision: the same class on $agree of $(wc -l <"$out/theirs") recordings, right on $right (floats: $of_floats)"
    if at_least "$agree" "$least" && at_least "$right" "$(awk -v one="$of_floats" 'BEGIN { print one - 0.005 }')" &&
      [[ $(wc -l <"$out/theirs") -eq $(wc -l <"$work/ours") ]] &&
      (cd "$folder" && awk 'NR % 30 == 1' "$work/files" | tr '\n' '\0' | xargs -0 "$out/$watched") >"$work/sanitized" &&
      [[ -s $work/sanitized ]] && { [[ $precision == float32 ]] || nativecnn verify "$out" --run --device cpu | tail -n 1; }; then
      passed=$((passed + 1))
    else
      echo "FAILED $name $precision: too few of the same class, or right, or the sanitizers or verify have something to say"
      failed=$((failed + 1))
    fi
  done
}

digits=$shared/fsdd/recordings
if [[ -d $digits ]]; then
  for model in article small tiny; do
    check "$model-digits" "$model" "$digits" "$digits" 5 "" --sample-rate 8000
  done
else
  echo "no recordings in $digits: exports as C are not compared on spoken digits"
fi

commands=$shared/arabic-commands
if [[ -f $commands/clips.csv ]]; then
  check tiny-commands tiny "$commands" "$commands/clips.csv" 15 validation
else
  echo "no clips in $commands: exports as C are not compared on Arabic commands"
fi

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
