using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>A network as a list of layers: what <c>--model</c> names and network files hold.</summary>
[JsonConverter(typeof(NetworkSpecConverter))]
public sealed record NetworkSpec
{
    /// <summary>A name to print.</summary>
    public required string Name { get; init; }

    /// <summary>The layers from input to logits. The last one gives as many numbers as there are classes.</summary>
    public required ValueList<Layer> Layers { get; init; }

    /// <summary>How weights begin.</summary>
    public Initializer Initializer { get; init; } = Initializer.FanIn;

    /// <summary>The network that a JSON file describes.</summary>
    /// <exception cref="NetworkSpecException">There is no such file, or it describes none.</exception>
    public static NetworkSpec Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new NetworkSpecException($"the network file '{path}' does not exist");
        }

        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (NetworkSpecException error)
        {
            throw new NetworkSpecException($"the network file '{path}': {error.Message}", error);
        }
    }

    /// <summary>Reads a network from JSON.</summary>
    /// <exception cref="NetworkSpecException">The text describes none; the message says which layer and
    /// field.</exception>
    public static NetworkSpec Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, RecordReader.Lenient);
            return RecordReader.ReadNetwork(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new NetworkSpecException(
                $"line {error.LineNumber + 1}, character {CharacterOf(json, error)} is no JSON: look for a missing " +
                "comma, quote or bracket there",
                error);
        }
    }

    /// <summary>The layers as nodes on an input of their own.</summary>
    /// <exception cref="NetworkSpecException">The layers name inputs that are not there.</exception>
    internal Node ToNode()
    {
        if (Layers.Count == 0)
        {
            throw new NetworkSpecException(
                $"the network '{Name}' has no layers: list them in \"layers\", the last a dense layer that leaves " +
                "its outputs open");
        }

        try
        {
            return LayerChain.Follow(Layers, Node.Input(), numbered: true);
        }
        catch (NetworkSpecException error)
        {
            throw new NetworkSpecException($"the network '{Name}': {error.Message}", error);
        }
    }

    /// <summary>Where a line is no JSON, in characters from 1: the reader counts bytes of UTF-8.</summary>
    private static int CharacterOf(string json, JsonException error)
    {
        string line = json.Split('\n').ElementAtOrDefault((int)(error.LineNumber ?? 0)) ?? "";
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        return 1 + Encoding.UTF8.GetCharCount(bytes, 0, (int)Math.Min(bytes.Length, error.BytePositionInLine ?? 0));
    }
}
