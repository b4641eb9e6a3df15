using System.Reflection;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Layers;

/// <summary>
/// The layers that network files can name: those of this folder, found in the assembly, and those that
/// <see cref="Register{T}"/> adds.
/// </summary>
public static class LayerTypes
{
    /// <summary>The types by name; also reads them from JSON.</summary>
    internal static readonly NamedTypes<Layer> Types = new("a layer", "relu", NameOf);

    /// <summary>The names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => Types.Names;

    /// <summary>The layers' types, by name.</summary>
    public static IReadOnlyDictionary<string, Type> All => Types.All;

    /// <summary>Adds a layer of one's own. Doing it again changes nothing.</summary>
    /// <typeparam name="T">A record with a <see cref="LayerTypeAttribute"/> and a constructor without
    /// parameters.</typeparam>
    /// <exception cref="ArgumentException">
    /// The attribute or the constructor is missing, or another layer has the name.
    /// </exception>
    public static void Register<T>() where T : Layer => Types.Register(typeof(T));

    /// <summary>What a layer's attribute says.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static LayerTypeAttribute InfoOf(Type layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.GetCustomAttribute<LayerTypeAttribute>() ?? throw new ArgumentException(
            $"the layer {layer.Name} has no name for network files: put [LayerType(\"its_name\")] on it");
    }

    /// <summary>The name of a layer in network files.</summary>
    public static string NameOf(Type layer) => InfoOf(layer).Type;
}
