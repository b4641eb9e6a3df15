#!/usr/bin/env bash
# Packages and archives as a user gets them: packs into an empty folder; an empty project takes NativeCnn.Model from it
# and runs the library example of README.md, letter for letter; the tool is installed from it into an empty folder and
# trains and verifies; the archives are made, and that of this system runs where there is no .NET.
#   .ci/packages.sh        builds what is not built
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
repo=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "packages: $*" >&2; exit 1; }
version=$(sed -nE 's|.*<Version>(.*)</Version>.*|\1|p' Directory.Build.props)
grep -q "^## $version\b" CHANGELOG.md || fail "CHANGELOG.md says nothing of version $version"

dotnet pack NativeCnn.sln -c Release -o "$work/feed" -v quiet --nologo
expected="NativeCnn.Engine.$version.nupkg NativeCnn.Engine.$version.snupkg NativeCnn.Features.$version.nupkg \
NativeCnn.Features.$version.snupkg NativeCnn.Model.$version.nupkg NativeCnn.Model.$version.snupkg \
nativecnn.$version.nupkg"
found=$(cd "$work/feed" && printf '%s\n' * | LC_ALL=C sort | paste -sd' ')
[[ $found == "$expected" ]] || fail "packed $found where $expected were expected"
echo "packages: $(cd "$work/feed" && wc -c -- *.nupkg | awk '{ printf "%s %.1f MB, ", $2, $1 / 1e6 }')after $SECONDS s"

# Only from here, and from what the machine has of other packages; nothing of ours is kept for later.
cat >"$work/nuget.config" <<CONFIG
<configuration>
  <packageSources><add key="here" value="$work/feed" /></packageSources>
  <fallbackPackageFolders><add key="machine" value="${NUGET_PACKAGES:-$HOME/.nuget/packages}" /></fallbackPackageFolders>
</configuration>
CONFIG
mkdir "$work/project"
cat >"$work/project/App.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="NativeCnn.Model" Version="$version" /></ItemGroup>
</Project>
PROJECT
# The example of the README; the sounds that it speaks of are made before it begins.
awk '/^A program does the same/ { here = 1 } here && /^```$/ { exit } here && inside { print }
  here && /^```csharp$/ { inside = 1 }' README.md >"$work/project/Program.cs"
grep -q 'Classifier.Train("recordings/")' "$work/project/Program.cs" || fail "README.md has no library example any more"
cat >"$work/project/Sounds.cs" <<'SOUNDS'
using System.Runtime.CompilerServices;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;

internal static class Sounds
{
    [ModuleInitializer]
    internal static void Make()
    {
        for (int i = 0; i < 30; i++)
        {
            string label = SoundSynthesizer.Classes[i % 3];
            Directory.CreateDirectory($"recordings/{label}");
            WavWriter.WritePcm16(
                $"recordings/{label}/{i}.wav", SoundSynthesizer.Generate(i % 3, i, 8000, 0.3, seed: 1), 8000);
        }

        File.Copy("recordings/sine/0.wav", "seven.wav", overwrite: true);
    }
}
SOUNDS
export NUGET_PACKAGES=$work/packages
(cd "$work/project" && dotnet build -c Release -v quiet --nologo && dotnet bin/Release/net10.0/App.dll | tee "$work/app.log")
grep -qE '^(sine|square|sawtooth) [0-9]+ ?%$' "$work/app.log" || fail "the README's library example printed something else"
[[ -s $work/project/runs/digits/proof.safetensors ]] || fail "the README's library example saved no run with a proof"

# Everything that a user of Classifier gets: no drawing library, no HTTP, no command line.
packages=$(sed -nE '/"libraries": \{/,/^  \}/ s/^    "(.*)\/[^/]*": \{$/\1/p' "$work/project/obj/project.assets.json" |
  LC_ALL=C sort | paste -sd' ')
expected="Concentus CsvHelper FFMpegCore ILGPU Instances NAudio.Core NLayer NVorbis NativeCnn.Engine NativeCnn.Features \
NativeCnn.Model System.IO.Hashing System.Numerics.Tensors Tomlyn"
[[ $packages == "$expected" ]] || fail "NativeCnn.Model brings $packages where $expected was expected"

# needs PACKAGE DEPENDENCIES...: exactly these, and what every package holds.
needs() {
  local folder=$NUGET_PACKAGES/${1,,}/$version one
  local found
  found=$(sed -nE 's/.*<dependency id="([^"]+)".*/\1/p' "$folder/${1,,}.nuspec" | LC_ALL=C sort | paste -sd' ')
  [[ $found == "${*:2}" ]] || fail "$1 depends on $found where ${*:2} was expected"
  for one in LICENSE README.md "lib/net10.0/$1.dll" "lib/net10.0/$1.xml"; do
    [[ -s $folder/$one ]] || fail "$1 has no $one"
  done
  grep -qF '<license type="expression">MIT</license>' "$folder/${1,,}.nuspec" || fail "$1 does not say its licence"
  grep -qaF "lib/net10.0/$1.pdb" "$work/feed/$1.$version.snupkg" || fail "the symbols of $1 are not in its snupkg"
}
needs NativeCnn.Engine ILGPU System.Numerics.Tensors
needs NativeCnn.Features Concentus FFMpegCore NAudio.Core NLayer NVorbis NativeCnn.Engine
needs NativeCnn.Model CsvHelper NativeCnn.Features System.IO.Hashing Tomlyn
echo "packages: the README's library example ran from them after $SECONDS s"

dotnet tool install nativecnn --tool-path "$work/tools" --configfile "$work/nuget.config" --version "$version" >"$work/tool.log" 2>&1 ||
  { cat "$work/tool.log" >&2; fail "the tool cannot be installed"; }
tool=$work/tools/nativecnn
[[ $("$tool" --version) == "$version" ]] || fail "nativecnn --version says $("$tool" --version), not $version"
"$tool" train --device cpu --epochs 1 --clips-per-class 8 --clip-seconds 0.3 --no-cache --output "$work/run" >/dev/null
"$tool" verify "$work/run" --device cpu
"$tool" features "$work/project/seven.wav" --output "$work/seven.png" --device cpu >/dev/null
[[ -s $work/seven.png ]] || fail "the tool draws nothing"
"$tool" model layers | grep -q conv1d || fail "the tool has no sentences of layers"
echo "packages: the tool ran after $SECONDS s"

unset NUGET_PACKAGES
NATIVECNN_PACK_LEVEL=0 Cli/Packaging/archives.sh "$work/archives" ${NATIVECNN_CI_ARCHIVES:-} | tee "$work/archives.log"
tar -xJf "$work/archives/nativecnn-$version-linux-x64.tar.xz" -C "$work" || fail "there is no archive for linux-x64"
mkdir "$work/bin"
for program in dirname readlink sh; do
  ln -s "$(command -v "$program")" "$work/bin/$program"
done
bare=("$(command -v env)" -i "PATH=$work/bin" "HOME=$work" DOTNET_ROOT=/nowhere "$work/nativecnn-$version-linux-x64/nativecnn")
[[ $("${bare[@]}" --version) == "$version" ]] || fail "the archive's nativecnn --version says something else"
"${bare[@]}" verify "$work/run" --device cpu | tail -n 1
echo "packages: done after $SECONDS s"
