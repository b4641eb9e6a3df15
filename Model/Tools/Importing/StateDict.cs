// A safetensors file that PyTorch's weights came in: its tensors by module, what is no weight set apart.
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Exporting.PyTorch;

namespace NativeCnn.Tools.Importing;

/// <summary>The weights of a file, and what it has beside them.</summary>
internal sealed class StateDict
{
    // What wrappers put before every name.
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    private StateDict(
        IReadOnlyList<FileModule> modules, IReadOnlyDictionary<string, SafeTensor> beside,
        IReadOnlyList<string> counters)
    {
        Modules = modules;
        Beside = beside;
        Counters = counters;
    }

    /// <summary>The modules, in the order of the file.</summary>
    public IReadOnlyList<FileModule> Modules { get; }

    /// <summary>Normalisation and thresholds, where a page of our own wrote the file.</summary>
    public IReadOnlyDictionary<string, SafeTensor> Beside { get; }

    /// <summary>Names of num_batches_tracked, which nothing here needs.</summary>
    public IReadOnlyList<string> Counters { get; }

    /// <summary>Sorts a file's tensors.</summary>
    /// <exception cref="ImportException">A tensor is of whole numbers, or a name is there twice.</exception>
    public static StateDict Of(SafeTensorsFile file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        var beside = new Dictionary<string, SafeTensor>();
        List<string> counters = [];
        var modules = new Dictionary<string, Dictionary<string, (string, SafeTensor)>>();
        foreach ((string name, SafeTensor tensor) in file.Tensors)
        {
            string plain = WithoutWrappers(name, file.Tensors.Keys);
            (string module, string own) = PyTorchNames.Split(plain);
            if (own == PyTorchNames.BatchesTracked)
            {
                counters.Add(name);
                continue;
            }

            if (!FloatTensors.IsFloat(tensor.Type))
            {
                throw new ImportException(
                    $"'{name}' of '{path}' is {tensor}: weights are floating-point numbers, so save it as such or " +
                    "leave it out of the file");
            }

            if (plain is PyTorchWeights.Mean or PyTorchWeights.Deviation or PyTorchWeights.Thresholds)
            {
                beside.Add(plain, tensor);
                continue;
            }

            if (!modules.TryGetValue(module, out Dictionary<string, (string, SafeTensor)>? tensors))
            {
                modules.Add(module, tensors = []);
            }

            if (!tensors.TryAdd(PyTorchNames.OwnName(own), (name, tensor)))
            {
                throw new ImportException($"'{path}' has '{name}' twice, under PyTorch's name and under a run's");
            }
        }

        return new StateDict([.. modules.Select(one => new FileModule(one.Key, one.Value))], beside, counters);
    }

    private static string WithoutWrappers(string name, IEnumerable<string> all)
    {
        string? wrapper = Wrappers.FirstOrDefault(
            one => all.All(other => other.StartsWith(one, StringComparison.Ordinal)));
        return wrapper is null ? name : name[wrapper.Length..];
    }
}
