namespace NativeCnn.Model.Layers;

/// <summary>How a declared tensor begins.</summary>
internal enum Beginning
{
    /// <summary>All elements alike.</summary>
    Constant,

    /// <summary>Drawn by the network's initialiser as a weight.</summary>
    Weight,

    /// <summary>Drawn as the bias of a weight.</summary>
    Bias,
}
