namespace NativeCnn.Tests.Support;

/// <summary>
/// Tests that no other may run beside: they set environment variables, or measure what the whole process does, or
/// provoke faults that any launch of the process could be blamed for. <c>[Collection(Alone.Name)]</c>.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
