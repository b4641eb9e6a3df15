namespace NativeCnn.Cli.Output;

/// <summary>What <c>explain --explore</c> wrote.</summary>
internal sealed record ExploreRecord(
    string File, int Steps, int FirstStep, int LastStep, int Clips, long Bytes, string? LeftOut);
