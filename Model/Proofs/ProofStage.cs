using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Proofs;

/// <summary>How a stage computes what a proof has.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">
/// <c>waveform</c>, <c>features</c>, <c>normalized</c>, a stage of the network such as <c>conv1 + relu + pool</c>,
/// <c>logits</c> or <c>probabilities</c>.
/// </param>
/// <param name="LargestError">The largest difference of an element; infinite where one is NaN.</param>
/// <param name="Allowed">The largest that is none: a tolerance times the stage's largest number, at least 1.</param>
public sealed record ProofStage(string Name, double LargestError, double Allowed)
{
    /// <summary>The place of that element, such as <c>[0,12,1]</c>: clip first; null where none differs.</summary>
    public string? Place { get; init; }

    /// <summary>Why it parts, where the numbers alone do not say it; null else.</summary>
    public string? Why { get; init; }

    /// <summary>Whether the stage gives what the proof has.</summary>
    public bool Holds => Why is null && LargestError <= Allowed;

    /// <summary>A stage that cannot be compared, or whose numbers are not what tells that it parts.</summary>
    internal static ProofStage Parting(string name, string why) => new(name, 0, 0) { Why = why };

    /// <summary>Compares a stage's numbers.</summary>
    /// <param name="name">The stage.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="expected">Those of the proof, or of the device that is compared with.</param>
    /// <param name="got">Those of now, as many.</param>
    /// <param name="tolerance">What part of the largest number may be an error.</param>
    internal static ProofStage Compare(
        string name, int[] shape, ReadOnlySpan<float> expected, ReadOnlySpan<float> got, double tolerance)
    {
        double most = 0;
        double scale = 1;
        int worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double apart = Math.Abs((double)expected[i] - got[i]);
            apart = double.IsNaN(apart) ? double.PositiveInfinity : apart;
            scale = Math.Max(scale, Math.Abs(expected[i]));
            (most, worst) = apart > most ? (apart, i) : (most, worst);
        }

        return new ProofStage(name, most, tolerance * scale) { Place = most > 0 ? Coordinates.Of(shape, worst) : null };
    }
}
