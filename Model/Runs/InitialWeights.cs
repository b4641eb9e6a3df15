// Fine-tuning: a network begins with the weights of another run, as far as names and shapes agree. Where the classes
// are others, the last layer (each of them, where towers side by side are added up) is new though it may have the same
// shape.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>Takes weights from a run.</summary>
internal static class InitialWeights
{
    private const int MostNamed = 6;

    /// <summary>Copies what fits.</summary>
    /// <param name="network">The network, with initial weights of its own.</param>
    /// <param name="config">Its run; <see cref="RunConfig.Init"/> names the other.</param>
    /// <returns>What was taken, and what was not, in one line.</returns>
    /// <exception cref="RunException">The other is no run, is damaged, or has nothing that fits.</exception>
    public static string Take(Network network, RunConfig config)
    {
        var other = RunFolder.Open(config.Init!);
        var its = RunConfig.Load(other.ConfigPath);
        SafeTensorsFile file;
        try
        {
            file = SafeTensors.Read(other.ModelPath);
        }
        catch (Exception error) when (error is SafeTensorsException or IOException or UnauthorizedAccessException)
        {
            throw new RunException($"the run '{config.Init}' cannot be taken to begin with: {error.Message}", error);
        }

        bool sameClasses = config.Labels.SequenceEqual(its.Labels);
        HashSet<string> heads = [.. network.Graph.Heads().Select(head => head.Name)];
        List<string> taken = [];
        List<string> left = [];
        foreach ((string name, Tensor<float> value, bool isLearnt) in All(network))
        {
            bool fits = file.Tensors.TryGetValue(name, out SafeTensor? tensor) &&
                tensor.Shape.AsSpan().SequenceEqual(value.Shape.ToArray()) &&
                (sameClasses || !heads.Contains(LayerOf(name))) && Divergence.AreFinite(tensor.AsFloat32());
            if (fits)
            {
                value.CopyFrom(tensor!.AsFloat32());
            }

            if (isLearnt)
            {
                (fits ? taken : left).Add(name);
            }
        }

        if (taken.Count == 0)
        {
            throw new RunException(
                $"nothing of the run '{config.Init}' fits this network by name and shape: it is '{its.Model.Name}', " +
                $"this one '{config.Model.Name}'; give the same --model, or leave --init out");
        }

        string features = its.Features.Equals(config.Features) ? "" : "; its features were others than these";
        return $"{taken.Count} of {taken.Count + left.Count} tensors are those of '{config.Init}' " +
            $"({Named(taken)})" + (left.Count == 0
                ? ""
                : $"; new: {Named(left)}{(sameClasses ? "" : ", for its classes are others")}") + features;
    }

    private static IEnumerable<(string Name, Tensor<float> Value, bool IsLearnt)> All(Network network) =>
        network.Parameters.All.Select(one => (one.Name, one.Value, true)).Concat(
            network.Parameters.States.Select(one => (one.Name, one.Value, false)));

    private static string LayerOf(string name) => name[..name.LastIndexOf('.')];

    private static string Named(List<string> tensors)
    {
        string[] layers = [.. tensors.Select(LayerOf).Distinct()];
        return string.Join(", ", layers.Take(MostNamed)) +
            (layers.Length > MostNamed ? $" and {layers.Length - MostNamed} more layers" : "");
    }
}
