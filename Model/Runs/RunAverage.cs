// The mean of several runs' weights, as one run: after Izmailov et al., "Averaging weights leads to wider optima and
// better generalization" (UAI 2018), and Wortsman et al., "Model soups" (ICML 2022). It makes sense for runs that began
// with the same weights (--init, or checkpoints of one training); others are better used side by side, as an ensemble.
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Runs;

/// <summary>Averages the weights of runs.</summary>
public static class RunAverage
{
    /// <summary>Writes config.json and model.safetensors of the mean.</summary>
    /// <param name="runs">Run folders, at least two, of one network, one feature chain and the same classes.</param>
    /// <param name="output">The folder; it is made where it is not there.</param>
    /// <exception cref="RunException">A folder is no run, or the runs do not go together.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(IReadOnlyList<string> runs, string output)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(output);
        if (runs.Count < 2)
        {
            throw new RunException("a mean is of two runs at least: name more");
        }

        RunFolder first = RunFolder.Open(runs[0]);
        RunConfig config = RunConfig.Load(first.ConfigPath);
        Dictionary<string, (double[] Sum, int[] Shape)> sums = [];
        foreach ((int i, string run) in runs.Index())
        {
            RunFolder folder = RunFolder.Open(run);
            if (WhatDiffers(config, RunConfig.Load(folder.ConfigPath)) is { } what)
            {
                throw new RunException($"'{run}' has another {what} than '{runs[0]}': weights of both have no mean");
            }

            Add(sums, Read(folder), run, runs[0], isFirst: i == 0);
        }

        RunFolder mean = RunFolder.Create(output);
        File.Delete(mean.ProofPath);
        config.Save(mean.ConfigPath);
        SafeTensors.Write(
            mean.ModelPath,
            sums.ToDictionary(
                one => one.Key,
                one => SafeTensor.From<float>(
                    Array.ConvertAll(one.Value.Sum, sum => (float)(sum / runs.Count)), one.Value.Shape)),
            new Dictionary<string, string> { ["format"] = "nativecnn" });
    }

    private static SafeTensorsFile Read(RunFolder folder)
    {
        try
        {
            return SafeTensors.Read(folder.ModelPath);
        }
        catch (SafeTensorsException error)
        {
            throw new RunException($"the run '{folder.Root}' cannot be used: {error.Message}", error);
        }
    }

    private static void Add(
        Dictionary<string, (double[] Sum, int[] Shape)> sums, SafeTensorsFile file, string run, string first,
        bool isFirst)
    {
        foreach ((string name, SafeTensor tensor) in file.Tensors)
        {
            ReadOnlySpan<float> values = tensor.AsFloat32();
            if (isFirst)
            {
                sums.Add(name, (new double[values.Length], tensor.Shape));
            }
            else if (!sums.TryGetValue(name, out var known) || !known.Shape.AsSpan().SequenceEqual(tensor.Shape))
            {
                throw new RunException($"'{name}' of '{run}' has another shape than that of '{first}'");
            }

            double[] sum = sums[name].Sum;
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += values[i];
            }
        }
    }

    private static string? WhatDiffers(RunConfig one, RunConfig other) =>
        !one.Labels.SequenceEqual(other.Labels) ? "list of classes"
        : one.MultiLabel != other.MultiLabel ? "number of labels a clip"
        : !one.Features.Equals(other.Features) || one.ClipSamples != other.ClipSamples ? "feature chain"
        : !one.Model.Equals(other.Model) ? "network"
        : null;
}
