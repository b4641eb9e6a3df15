namespace NativeCnn.Tools.Benchmarking;

/// <summary>What <see cref="KernelBenchmark"/> measures, and how.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record KernelBenchOptions
{
    /// <summary>A part of <c>name: shape</c> of what is measured, in any case of the letters; null for all.</summary>
    public string? Filter { get; init; }

    /// <summary>A shape of one's own in place of the list's; null for those.</summary>
    public IReadOnlyList<int>? Shape { get; init; }

    /// <summary>How long each is measured.</summary>
    public double Seconds { get; init; } = 0.2;

    /// <summary>Whether each call finds its data in memory: tensors of twice the largest cache, in turn.</summary>
    public bool IsCold { get; init; }

    /// <summary>Whether the vendor's libraries do the same work, in turns.</summary>
    public bool WithVendor { get; init; }

    /// <summary>Told in one line what is left out or could not be read.</summary>
    public Action<string>? Tell { get; init; }
}
