using NativeCnn.Engine.Devices;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>A hot operator at a representative shape.</summary>
/// <param name="Name">Operator and direction: <c>conv1d.forward</c>.</param>
/// <param name="Shape">The shape, for people.</param>
/// <param name="Ladder">The ladder whose rungs it runs; none where it has but one kernel.</param>
/// <param name="Operations">
/// Floating-point operations of a call by its formula: a multiplication and an addition are two.
/// </param>
/// <param name="Bytes">Compulsory traffic: inputs read once, outputs written once; what is added to, both.</param>
/// <param name="Prepare">
/// Allocates the tensors; what it gives plans the operator, with the rung that the device is told then, and gives the
/// call to measure.
/// </param>
internal sealed record KernelCase(
    string Name, string Shape, string? Ladder, double Operations, double Bytes,
    Func<ComputeDevice, Func<Action>> Prepare)
{
    /// <summary>How the choice is described that is measured, where a plan chooses several.</summary>
    public string Choice { get; init; } = "";
}
