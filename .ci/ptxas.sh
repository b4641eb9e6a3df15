#!/usr/bin/env bash
# Assembles every portable kernel with NVIDIA's ptxas for sm_80 and sm_90, without a GPU, and prints what each takes:
# registers of a thread, static shared bytes of a group, stack and spilled bytes of a thread. Compares with
# Model/Tools/Kernels/kernels.tsv and fails on a kernel that is missing there or gone, on more shared memory, stack or spills, on more
# than 8 registers more (a step in which GPUs give them out), and on any stack or spill from rung 2 up.
#   .ci/ptxas.sh            compares
#   .ci/ptxas.sh --update   rewrites Model/Tools/Kernels/kernels.tsv; what rung 2 and up must not have fails still
# ptxas is the one that NATIVECNN_PTXAS names, else Debian's of CUDA 11.8, fetched into a cache and not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NATIVECNN_KERNEL_CACHE=off
baseline=Model/Tools/Kernels/kernels.tsv
architectures=(sm_80 sm_90)
registers_allowed=8
update=false
case "${1-}" in
  "") ;;
  --update) update=true ;;
  *) echo "usage: .ci/ptxas.sh [--update]" >&2; exit 2 ;;
esac
work=$(mktemp -d)
fetching=false
trap 'rm -rf "$work"; ! $fetching || echo "ptxas could not be fetched; name one in NATIVECNN_PTXAS"' EXIT

# Debian keeps CUDA in its component non-free. The machine's own sources, with that component, in an apt of their own:
# nothing is installed and no setting of the machine changes.
fetch_ptxas() {
  local to=$1 codename lists=$work/apt
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:?}")
  mkdir -p "$lists"/{parts,state/partial,cache/archives/partial} "$work/package"
  for source in /etc/apt/sources.list.d/*.sources; do
    [[ -e $source ]] || continue
    awk -v RS= -v ORS='\n\n' -v suite="Suites:[^\n]*$codename" '$0 ~ suite {
      if (!/\nComponents:[^\n]* non-free( |\n|$)/) sub(/\nComponents:[^\n]*/, "& non-free")
      print
    }' "$source" > "$lists/parts/$(basename "$source")"
  done
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
    awk -v codename="$codename" '$1 == "deb" && $0 ~ " " codename "[ -]" && !/ non-free( |$)/ { $0 = $0 " non-free" }
      $1 == "deb" && $0 ~ " " codename "[ -]"' > "$lists/sources.list"
  local apt=(apt-get -qq -o Dir::Etc::SourceList="$lists/sources.list" -o Dir::Etc::SourceParts="$lists/parts"
    -o Dir::State::Lists="$lists/state" -o Dir::Cache="$lists/cache" -o Acquire::Languages=none
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3)
  "${apt[@]}" update
  (cd "$work/package" && "${apt[@]}" download nvidia-cuda-toolkit)
  mkdir -p "$to.new"
  dpkg --fsys-tarfile "$work"/package/*.deb | tar -x -C "$to.new" --wildcards '*/bin/ptxas' '*/bin/nvdisasm'
  rm -rf "$to"
  mv "$to.new" "$to"
}

ptxas=${NATIVECNN_PTXAS-}
if [[ -z $ptxas ]]; then
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/nativecnn/cuda-toolkit
  find_ptxas() { find "$cache" -name ptxas -type f -perm -u+x -print -quit 2>/dev/null || true; }
  ptxas=$(find_ptxas)
  if [[ -z $ptxas ]]; then
    echo "fetching ptxas into $cache"
    fetching=true
    fetch_ptxas "$cache"
    fetching=false
    ptxas=$(find_ptxas)
  fi
fi
version=$("$ptxas" --version | sed -nE 's/.*release ([0-9.]+).*/\1/p') && [[ -n $version ]] ||
  { echo "'$ptxas' is no ptxas that runs here; name another in NATIVECNN_PTXAS"; exit 1; }

dotnet build Cli -c Release --nologo -v quiet
nativecnn() { dotnet run -c Release --no-build --project Cli -- "$@"; }

# kernel and rung, from lines such as {"name":"relu.forward","operator":"relu","rung":1,..}
nativecnn kernels list --json |
  sed -E 's/.*"name":"([^"]+)".*"rung":([0-9]+).*/\1\t\2/' > "$work/rungs"
for arch in "${architectures[@]}"; do
  nativecnn kernels show --all --target ptx --arch "$arch" --output "$work/$arch"
done

# Each log ends with a line of our own if ptxas refused the kernel.
export ptxas
find "${architectures[@]/#/$work/}" -name '*.ptx' -print0 | xargs -0 -P "$(nproc)" -I FILE bash -c '
  arch=$(basename "$(dirname "$1")")
  at=${1%.ptx}
  "$ptxas" -v -arch="$arch" -o "$at.cubin" "$1" > "$at.log" 2>&1 || echo "REFUSED" >> "$at.log"' _ FILE

status=0
while IFS=$'\t' read -r kernel rung; do
  for arch in "${architectures[@]}"; do
    log=$work/$arch/$kernel.log
    if [[ ! -s $log ]] || grep -q '^REFUSED$' "$log"; then
      echo "$kernel does not assemble for $arch:"
      cat "$log" || true
      status=1
      continue
    fi
    awk -v OFS='\t' -v kernel="$kernel" -v arch="$arch" -v rung="$rung" '
      function before(word) { return match($0, "[0-9]+ " word) ? substr($0, RSTART) + 0 : 0 }
      function larger(a, b) { return a > b ? a : b }
      /stack frame/ {
        stack = larger(stack, before("bytes stack frame"))
        spills += before("bytes spill stores") + before("bytes spill loads")
      }
      /Used/ { registers = larger(registers, before("registers")); shared = larger(shared, before("bytes smem")) }
      END { print kernel, arch, rung, registers + 0, shared + 0, stack + 0, spills + 0 }' "$log"
  done
done < "$work/rungs" > "$work/rows"
grep -P '^[^\t]+\tsm_' "$work/rows" > "$work/table" || true
grep -vP '^[^\t]+\tsm_' "$work/rows" || true

{ printf 'kernel\tarch\trung\tregisters\tshared\tstack\tspills\n'; cat "$work/table"; } > "$work/new"
column -t -s $'\t' "$work/new"
echo "$(wc -l < "$work/rungs") kernels for ${architectures[*]}, ptxas $version"

if $update; then
  { echo "# What ptxas $version says of every kernel. Written by .ci/ptxas.sh --update."
    cat "$work/new"; } > "$baseline"
fi
[[ -e $baseline ]] || { echo "there is no $baseline to compare with; .ci/ptxas.sh --update writes it"; exit 1; }
awk -F'\t' -v allowed="$registers_allowed" '
  function fail(text) { print $1 " for " $2 ": " text; failed = 1 }
  /^#/ || $1 == "kernel" { next }
  FILENAME == ARGV[1] {
    known[$1, $2] = 1
    registers[$1, $2] = $4; shared[$1, $2] = $5; stack[$1, $2] = $6; spills[$1, $2] = $7
    next
  }
  {
    here[$1, $2] = 1
    if ($4 == 0) fail("ptxas named no registers")
    if ($3 >= 2 && $6 + $7 > 0) fail("rung " $3 " has " $6 " bytes of stack and spills " $7 " bytes; it must not")
    if (!(($1, $2) in known)) { fail("is not in " ARGV[1]); next }
    if ($4 > registers[$1, $2] + allowed) fail($4 " registers, were " registers[$1, $2])
    if ($5 > shared[$1, $2]) fail($5 " bytes shared, were " shared[$1, $2])
    if ($6 > stack[$1, $2]) fail($6 " bytes of stack, were " stack[$1, $2])
    if ($7 > spills[$1, $2]) fail($7 " bytes spilled, were " spills[$1, $2])
  }
  END {
    for (one in known) if (!(one in here)) {
      split(one, part, SUBSEP)
      print part[1] " for " part[2] ": is in " ARGV[1] " but was not assembled here"
      failed = 1
    }
    exit failed
  }' "$baseline" "$work/new" || { echo "compare with $baseline; .ci/ptxas.sh --update takes what is meant"; status=1; }
exit "$status"
