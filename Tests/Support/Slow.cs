namespace NativeCnn.Tests.Support;

/// <summary>
/// Tests that take seconds each and guard what changes seldom: <c>[Trait(Slow.Category, Slow.Name)]</c>. The README's
/// test command leaves them out (Tests.runsettings), so that it stays below five minutes; `.ci/run` runs them by
/// <c>NativeCnn.Tests --slow</c>.
/// </summary>
internal static class Slow
{
    public const string Category = "Category";
    public const string Name = "Slow";
}
