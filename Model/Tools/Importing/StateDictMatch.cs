// Which module of a state_dict is which layer of a network.
//   1  by name: the layer's own, or the one that an exported page has for it, where the shapes are the same
//   2  by shape: what is left is grouped by the names and shapes of its tensors. One layer and one module of a group
//      belong together. Several do in their order, where the modules' names differ in their numbers alone, as those of
//      nn.Sequential do; other names say no order, and are refused with the candidates.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Tools.Exporting.PyTorch;

namespace NativeCnn.Tools.Importing;

/// <summary>Finds for each layer the module that it takes its tensors of.</summary>
internal sealed class StateDictMatch
{
    private const int MostListed = 8;
    private readonly List<LayerMatch> matches = [];
    private readonly List<OwnLayer> layers;
    private readonly List<FileModule> modules;
    private readonly List<string> ambiguous = [];

    private StateDictMatch(NetworkGraph graph, StateDict file)
    {
        layers = [.. graph.Tensors.GroupBy(one => PyTorchNames.Split(one.Name).Layer).Select(OwnLayer.Of)];
        modules = [.. file.Modules];
        ByName();
        ByShape();
    }

    /// <summary>Layers and modules that belong together, in the order of the layers.</summary>
    public IReadOnlyList<LayerMatch> Matches => matches;

    /// <summary>The modules that no layer takes.</summary>
    public IReadOnlyList<FileModule> Unused => modules;

    /// <summary>True where every layer has its module.</summary>
    public bool IsWhole => layers.Count == 0 && ambiguous.Count == 0;

    /// <summary>True where no layer is without candidates, though it may have several.</summary>
    public bool LeavesNone => layers.Count == 0;

    /// <summary>Matches a file with a network.</summary>
    public static StateDictMatch Of(NetworkGraph graph, StateDict file) => new(graph, file);

    /// <summary>What does not fit, in one sentence: each tensor's name, shape, and what was expected.</summary>
    public string Complaint(string path, string network)
    {
        string[] all = [.. ambiguous, .. layers.Select(ComplaintOn)];
        string more = all.Length > MostListed ? $"; and {all.Length - MostListed} more layers" : "";
        string spare = modules.Count == 0
            ? ""
            : $"; no layer takes {string.Join(", ", modules.SelectMany(TensorsOf).Take(MostListed))}" +
                (modules.Sum(one => one.Tensors.Count) > MostListed ? " and others" : "");
        return $"'{path}' does not fit the network '{network}': {string.Join("; ", all.Take(MostListed))}" +
            $"{more}{spare}; `nativecnn model summary` lists the layers";
    }

    private void ByName() => Take(
        layer => modules.FirstOrDefault(one => layer.Signature == one.Signature &&
            (one.Path == layer.Name || one.Path == string.Join('.', PyTorchNames.PathOf(layer.Name)))),
        byName: true);

    private void ByShape()
    {
        foreach (IGrouping<string, OwnLayer> group in layers.GroupBy(one => one.Signature).ToArray())
        {
            OwnLayer[] own = [.. group];
            FileModule[] those = [.. modules.Where(one => one.Signature == group.Key)];
            bool isOrdered = those.Select(one => one.Pattern).Distinct().Count() == 1;
            if (those.Length == 0 || those.Length < own.Length)
            {
                continue;
            }

            if (those.Length > own.Length || !isOrdered)
            {
                ambiguous.Add(
                    $"{string.Join(" and ", own.Take(4).Select(one => one.Name))} ({own[0].Signature}) could be " +
                    $"{string.Join(" or ", those.Take(4).Select(one => $"'{one.Path}'"))}, and their names say no " +
                    "order: call them as the layers");
                layers.RemoveAll(own.Contains);
                modules.RemoveAll(those.Contains);
                continue;
            }

            var ordered = new Queue<FileModule>(
                those.OrderBy(one => one.Path, Comparer<string>.Create(NaturalOrder.Compare)));
            Take(layer => own.Contains(layer) ? ordered.Dequeue() : null, byName: false);
        }
    }

    private void Take(Func<OwnLayer, FileModule?> find, bool byName)
    {
        foreach (OwnLayer layer in layers.ToArray())
        {
            if (find(layer) is { } module)
            {
                matches.Add(new LayerMatch(layer.Name, module, byName));
                layers.Remove(layer);
                modules.Remove(module);
            }
        }
    }

    private string ComplaintOn(OwnLayer layer)
    {
        // The module of that name, or the one that has most tensors by these names and with as many dimensions.
        FileModule? near = modules.FirstOrDefault(one => one.Path == layer.Name)
            ?? modules.Where(one => Likeness(one) > 0).MaxBy(Likeness);
        if (near is null)
        {
            return $"nothing in it is {layer.Name} ({layer.Signature})";
        }

        modules.Remove(near);
        IEnumerable<string> wrong = layer.Tensors
            .Where(mine => !near.Tensors.TryGetValue(mine.Name, out var its) ||
                !its.Tensor.Shape.AsSpan().SequenceEqual(mine.Shape))
            .Select(mine => near.Tensors.TryGetValue(mine.Name, out var its)
                ? $"'{its.Name}' is [{FileModule.ShapeOf(its.Tensor.Shape)}], and {layer.Name}.{mine.Name} takes " +
                    $"[{FileModule.ShapeOf(mine.Shape)}]"
                : $"'{near.Path}' has no {mine.Name}, and {layer.Name} takes one of " +
                    $"[{FileModule.ShapeOf(mine.Shape)}]");
        IEnumerable<string> spare = near.Tensors.Keys.Except(layer.Tensors.Select(mine => mine.Name))
            .Select(name => $"'{near.Tensors[name].Name}' is of no use to {layer.Name}, which has no {name}");
        return string.Join(", ", wrong.Concat(spare));

        int Likeness(FileModule one) => layer.Tensors.Count(mine => one.Tensors.TryGetValue(mine.Name, out var its)
            && its.Tensor.Shape.Length == mine.Shape.Length);
    }

    private static IEnumerable<string> TensorsOf(FileModule module) => module.Tensors.Values.Select(
        one => $"'{one.Name}' [{FileModule.ShapeOf(one.Tensor.Shape)}]");

    private sealed record OwnLayer(string Name, IReadOnlyList<(string Name, int[] Shape)> Tensors)
    {
        public string Signature { get; } = FileModule.SignatureOf(Tensors);

        public static OwnLayer Of(IGrouping<string, (string Name, Shape Shape)> group) => new(
            group.Key, [.. group.Select(one => (PyTorchNames.Split(one.Name).Own, one.Shape.ToArray()))]);
    }
}
