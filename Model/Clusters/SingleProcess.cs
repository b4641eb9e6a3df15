namespace NativeCnn.Model.Clusters;

/// <summary>A process that trains alone.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class SingleProcess : ICollective
{
    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public string About => "one process";

    /// <inheritdoc/>
    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all) => own.CopyTo(all);

    /// <inheritdoc/>
    public void AllToAll(ReadOnlySpan<byte> own, Span<byte> received) => own.CopyTo(received);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
