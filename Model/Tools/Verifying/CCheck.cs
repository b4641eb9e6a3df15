// An export as C, compiled by the compiler of this machine with a program that reads numbers and writes numbers:
// features and probabilities of each sound, and logits of the normalised features that the proof has.
using System.ComponentModel;
using System.Runtime.InteropServices;
using NativeCnn.Engine.Messages;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Exporting.C;

namespace NativeCnn.Tools.Verifying;

/// <summary>Computes an export of the format <c>c</c>.</summary>
internal sealed class CCheck : IExportCheck
{
    // Of whole numbers, one that is rounded the other way is a step, and steps are coarse.
    private const double LogitsOfWholeNumbers = 0.01;
    private const double ProbabilitiesOfWholeNumbers = 0.05;

    /// <inheritdoc/>
    public string Format => "c";

    /// <inheritdoc/>
    public string WhereOf(ExportFolder folder) => "the host, as C";

    /// <inheritdoc/>
    public IEnumerable<ProofStage> Check(ExportFolder folder)
    {
        if (!folder.MayRun)
        {
            throw new RunException(
                $"'{folder.Path}' is a program in C, and to verify it is to compile it and to run it: give --run " +
                "where you trust it");
        }

        ModelProof proof = folder.Proof;
        (float[] normalized, float[] probabilities, float[] logits) = Compute(folder);
        ProofTolerances most = folder.Tolerances;
        (double network, double whole) = proof.Setting.WholeNumbers
            ? (LogitsOfWholeNumbers, ProbabilitiesOfWholeNumbers)
            : (most.Network, most.Probabilities);
        return
        [
            ProofCheck.Compare("normalized", proof.Normalized, normalized, most.Probabilities),
            ProofCheck.Compare("logits", proof.Logits, folder.MeanOfStretches(logits), network),
            ProofCheck.Compare("probabilities", proof.Probabilities, probabilities, whole),
        ];
    }

    private static (float[] Normalized, float[] Probabilities, float[] Logits) Compute(ExportFolder folder)
    {
        string name = (folder.Proof.Setting.Files?.Keys ?? [])
            .Where(file => Path.GetExtension(file) == ".c" && file != CFormat.MainFile)
            .Select(file => Path.GetFileNameWithoutExtension(file)).FirstOrDefault() is { } found
            && CText.Identifier(found) == found
            ? found
            : throw new RunException($"the proof of '{folder.Path}' names no source in C");
        string work = Directory.CreateTempSubdirectory("nativecnn-verify-").FullName;
        try
        {
            string At(string file) => Path.Combine(work, file);
            File.WriteAllText(At("verify.c"), CPrograms.Verify(name));
            Run(
                CCompiler.Find(Environment.GetEnvironmentVariable("CC")),
                [
                    "-std=c99", "-O2", "-I", Path.GetFullPath(folder.Path), At("verify.c"),
                    Path.GetFullPath(folder.At(name + ".c")), "-lm", "-o", At("verify.exe"),
                ]);
            Write(folder, At("in"));
            Run(At("verify.exe"), [At("in"), At("out")]);
            return Read(folder, At("out"));
        }
        catch (Win32Exception error)
        {
            throw new RunException($"the program of '{folder.Path}' cannot be run: {error.Message}", error);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }

        void Run(string program, IReadOnlyList<string> arguments)
        {
            (int status, string errors) = CCompiler.Run(program, arguments, folder.Cancellation);
            if (status != 0)
            {
                throw new RunException(
                    $"'{Path.GetFileName(program)}' ended with {status} on '{folder.Path}': " +
                    OneLine.Of(errors.Length > 300 ? errors[..300] : errors));
            }
        }
    }

    /// <summary>Each sound, then each stretch of features, a frame after another.</summary>
    private static void Write(ExportFolder folder, string path)
    {
        using FileStream file = File.Create(path);
        foreach (float[] sound in folder.Proof.Waveform.AsFloat32().ToArray().Chunk(folder.Config.ClipSamples))
        {
            file.WriteByte((byte)'w');
            file.Write(MemoryMarshal.AsBytes<float>(sound));
        }

        int channels = folder.Config.Format.Channels;
        foreach (float[] stretch in folder.StretchesOf(folder.Proof.Normalized.AsFloat32()))
        {
            file.WriteByte((byte)'f');
            file.Write(MemoryMarshal.AsBytes<float>(Turned(stretch, channels, stretch.Length / channels)));
        }
    }

    private static (float[] Normalized, float[] Probabilities, float[] Logits) Read(ExportFolder folder, string path)
    {
        float[] all = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
        (int channels, int frames) = (folder.Config.Format.Channels, folder.Config.Format.Frames);
        (int count, int classes) = (folder.Proof.Count, folder.Config.Labels.Count);
        int sound = (channels * frames) + classes;
        int logits = count * classes * (folder.Config.Cropping?.TestCrops ?? 1);
        if (all.Length != (count * sound) + logits)
        {
            throw new RunException(
                $"the program of '{folder.Path}' gave {all.Length} numbers, where {(count * sound) + logits} were " +
                "expected: it is of another network or other features than its proof");
        }

        float[][] sounds = [.. all[..(count * sound)].Chunk(sound)];
        return (
            [.. sounds.SelectMany(one => Turned(one[..(channels * frames)], frames, channels))],
            [.. sounds.SelectMany(one => one[(channels * frames)..])], all[(count * sound)..]);
    }

    /// <summary>[rows, columns] as [columns, rows].</summary>
    private static float[] Turned(float[] values, int rows, int columns) =>
        [.. values.Select((_, i) => values[(i % rows * columns) + (i / rows)])];
}
