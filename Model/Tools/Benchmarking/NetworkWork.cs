using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>The size of the network's work in a benchmark.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="BatchSize">Clips of a mini-batch.</param>
/// <param name="Coefficients">Channels of the input.</param>
/// <param name="Frames">Time steps of the input.</param>
/// <param name="Filters">Filters of the convolution.</param>
/// <param name="Taps">Its taps.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Model">The network, as <c>--model</c> names it; filters and taps are those of <c>article</c>.</param>
public sealed record NetworkWork(
    int BatchSize = 64, int Coefficients = 40, int Frames = 100, int Filters = 64, int Taps = 4, int Classes = 10,
    string Model = NetworkPresets.DefaultName)
{
    /// <summary>The layers.</summary>
    /// <exception cref="NetworkSpecException">There is no such network.</exception>
    public NetworkSpec Network => Model == NetworkPresets.DefaultName
        ? NetworkPresets.Article(Filters, Taps)
        : NetworkPresets.Resolve(Model).Create();
}
