using System.Text.Json.Serialization;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Json;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>A network as a list of layers: what <c>--model</c> names and network files hold.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
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
            return Read(RegularFile.ReadAllText(path), $"the network file '{path}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NetworkSpecException($"the network file '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a network from JSON.</summary>
    /// <exception cref="NetworkSpecException">The text describes none; the message says which line, layer and
    /// field.</exception>
    public static NetworkSpec Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(json, file: null);
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

    private static NetworkSpec Read(string json, string? file)
    {
        try
        {
            return JsonText.Read<NetworkSpec>(
                json, "the network", NetworkForms.All, file, JsonText.WithComments);
        }
        catch (JsonTextException error)
        {
            throw new NetworkSpecException(error.Message, error);
        }
    }
}
