// Turns a list of layers, as network files hold it, into nodes: each takes the one before, or those that "from" names.
using NativeCnn.Engine.Messages;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

internal static class LayerChain
{
    /// <summary>The name of what comes into a list of layers.</summary>
    public const string InputName = "input";

    /// <summary>The last node of the layers applied to an input; the input itself for no layers.</summary>
    /// <exception cref="NetworkSpecException">A name in <c>from</c> is not there, or a layer's output is not
    /// used.</exception>
    public static Node Follow(IReadOnlyList<Layer> layers, Node input, bool numbered = false)
    {
        var byName = new Dictionary<string, Node> { [InputName] = input };
        var counts = new Dictionary<string, int>();
        List<(Node Node, string Name)> made = [];
        HashSet<Node> used = [];
        Node last = input;
        for (int i = 0; i < layers.Count; i++)
        {
            Layer layer = layers[i]
                ?? throw new NetworkSpecException($"layer {i + 1} is null: leave it out, or give its type");
            string kind = LayerTypes.InfoOf(layer.GetType()).Name;
            counts[kind] = counts.GetValueOrDefault(kind) + (layer.As is null ? 1 : 0);
            string name = layer.As ?? $"{kind}{counts[kind]}";
            CheckNames(layer, i, name);
            Node[] inputs = layer.From is null ? [last] : [.. layer.From.Select(from => Find(from, i, name))];
            used.UnionWith(inputs);
            last = Node.Of(layer, inputs, numbered ? i + 1 : 0);
            made.Add((last, name));
            if (!byName.TryAdd(name, last))
            {
                throw new NetworkSpecException(
                    $"layer {i + 1} is called '{name}', as " +
                    $"{(name == InputName ? "what comes in" : "one before it")}: give it another name in \"as\"");
            }
        }

        int unused = made.FindIndex(one => one.Node != last && !used.Contains(one.Node));
        return unused < 0
            ? last
            : throw new NetworkSpecException(
                $"layer {unused + 1} ({made[unused].Name}) leads nowhere: name it in the \"from\" of a later layer, " +
                "or leave it out");

        static void CheckNames(Layer layer, int i, string name)
        {
            if (name.Length == 0)
            {
                throw new NetworkSpecException($"layer {i + 1}: its \"as\" is empty: give a name, or leave it out");
            }

            if (layer.From is { Count: 0 })
            {
                throw new NetworkSpecException(
                    $"layer {i + 1} ({name}): its \"from\" names no layer: leave it out to take the layer before");
            }
        }

        Node Find(string from, int i, string name) => byName.TryGetValue(from, out Node? found)
            ? found
            : throw new NetworkSpecException(
                $"layer {i + 1} ({name}): its \"from\" names '{from}', but the names before it are " +
                $"{string.Join(", ", byName.Keys)}{Suggestion.For(from, byName.Keys)}");
    }
}
