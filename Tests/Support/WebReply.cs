namespace NativeCnn.Tests.Support;

/// <summary>What a <see cref="LoopbackServer"/> answers.</summary>
internal sealed record WebReply(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>Closes the connection after so many bytes of the body.</summary>
    public int? SendOnly { get; init; }

    /// <summary>Keeps the connection open and silent at the end.</summary>
    public bool Hang { get; init; }
}
