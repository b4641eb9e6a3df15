# What archives of a program have in common, whoever they are for: sourced by archives.sh and ../../Benchmarks/pack.sh.
# shellcheck shell=bash
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# publish PROJECT SYSTEM FOLDER [OPTION...]: the program with its .NET, in one folder.
publish() {
  dotnet publish "$repo/$1" -c Release -r "$2" --self-contained -o "$3" -v quiet --nologo "${@:4}"
}

# tidy FOLDER: takes out what only a developer reads. NativeCnn.Model.xml holds the sentences of `nativecnn model layers`.
tidy() {
  find "$1" -maxdepth 1 \( -name '*.pdb' -o -name '*.xml' ! -name NativeCnn.Model.xml \) -delete
}

# launcher FILE PROGRAM: a script FILE that runs bin/PROGRAM beside it, whatever .NET the machine has or has not.
launcher() {
  cat >"$1" <<RUN
#!/bin/sh
# $2, wherever this folder lies and whatever .NET the machine has or has not.
unset DOTNET_ROOT
exec "\$(dirname "\$(readlink -f "\$0")")/bin/$2" "\$@"
RUN
  chmod +x "$1"
}

# tar_of FOLDER: it and all in it, the same bytes for the same files, as they are owned by root.
tar_of() {
  tar -C "$(dirname "$1")" --sort=name --owner=0 --group=0 --numeric-owner -c "$(basename "$1")"
}
