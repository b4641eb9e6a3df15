using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Layers as methods of nodes: <c>x.Conv1d(64, taps: 3).BatchNorm1d().Relu()</c>. Each stands in its layer's file.
/// </summary>
public static partial class Nodes
{
    private static Node Required(Node x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x;
    }
}
