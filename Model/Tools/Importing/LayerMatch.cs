namespace NativeCnn.Tools.Importing;

/// <summary>A layer of the network and the module whose tensors it takes.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Module">The module.</param>
/// <param name="ByName">True where the names are the same; false where the shapes leave no choice.</param>
internal sealed record LayerMatch(string Layer, FileModule Module, bool ByName);
