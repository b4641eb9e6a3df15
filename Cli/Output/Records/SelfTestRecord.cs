namespace NativeCnn.Cli.Output;

/// <summary>What <c>devices --self-test</c> found.</summary>
internal sealed record SelfTestRecord(bool Passed, string? Error, IReadOnlyList<CheckRecord> Checks);
