using NativeCnn.Engine.Devices;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>An operator, or one direction of it, at a representative shape.</summary>
/// <param name="Name">Operator and direction: <c>conv1d.forward</c>.</param>
/// <param name="Shape">The shape, for people; no other case of this name has it.</param>
/// <param name="Ladder">The ladder whose rungs it runs; none where it has but one kernel.</param>
/// <param name="Operations">
/// Floating-point operations of a call by its formula, whatever the body does: a multiplication and an addition are
/// two; a comparison, a division, a root, an exponential or a logarithm is one; a copy has none.
/// </param>
/// <param name="Bytes">Compulsory traffic: inputs read once, outputs written once; what is added to, both.</param>
/// <param name="Plan">
/// Allocates the tensors; what it gives plans the operator, with the rung that the device is told then, and gives the
/// call to measure.
/// </param>
internal sealed record KernelCase(
    string Name, string Shape, string? Ladder, double Operations, double Bytes, Func<CaseDevice, Func<Action>> Plan)
{
    /// <summary>The class that is measured.</summary>
    public required Type Operator { get; init; }

    /// <summary>How the choice is described that is measured, where a plan chooses several.</summary>
    public string Choice { get; init; } = "";

    /// <summary>Seconds of sound that come in, where it is sound.</summary>
    public double SoundSeconds { get; init; }

    /// <summary>How it is made at another shape; null where it is not.</summary>
    public CaseResizing? Resizing { get; init; }

    /// <summary>What single numbers of its result must be, in double precision; null where nothing says so.</summary>
    public CaseFormula? Formula { get; init; }

    /// <summary>What is computed, in the words of libraries; null where none is asked for it.</summary>
    public VendorWork? Work { get; init; }

    /// <summary>
    /// Whether rounding decides which of two almost equal numbers is a maximum, and so where single numbers go.
    /// </summary>
    public bool HasTies { get; init; }

    /// <summary>The same work for a slow reference, where the list of small cases has none.</summary>
    public Func<KernelCase>? Small { get; init; }

    /// <summary>Allocates the tensors on a device; see <see cref="Plan"/>.</summary>
    public Func<Action> Prepare(ComputeDevice device) => Plan(new CaseDevice(device));

    /// <summary>Name and shape, which no other case has: <c>adam: 402826</c>.</summary>
    public override string ToString() => $"{Name}: {Shape}";
}
