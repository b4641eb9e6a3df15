using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Capsules;

/// <summary>How a tensor of a replayed step differs from the captured one.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Tensor">Its name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Differing">Elements that differ by more than was allowed.</param>
/// <param name="Index">The place of the one that differs most; 0 where none does.</param>
/// <param name="Captured">What it was.</param>
/// <param name="Replayed">What it is now.</param>
/// <param name="Ulps">
/// How many float32 lie between the two, both ends counted once: 1 for neighbours; long.MaxValue where one is NaN.
/// </param>
public sealed record StepDifference(
    string Tensor, int[] Shape, int Differing, int Index, float Captured, float Replayed, long Ulps)
{
    /// <summary>The place of the element by its coordinates, such as <c>[3,12,1]</c>.</summary>
    public string Place => Coordinates.Of(Shape, Index);

    /// <summary>Compares one tensor.</summary>
    /// <param name="captured">What it was.</param>
    /// <param name="replayed">What it is now, of the same shape.</param>
    /// <param name="allowed">
    /// So many units in the last place of the tensor's largest number are no difference: what is left of a sum whose
    /// terms cancel has few right digits of its own. 0 where every bit counts.
    /// </param>
    internal static StepDifference Of(StepTensor captured, StepTensor replayed, long allowed)
    {
        float largest = captured.Values.Select(Math.Abs).Where(float.IsFinite).DefaultIfEmpty().Max();
        double room = allowed * ((double)MathF.BitIncrement(largest) - largest);
        int differing = 0;
        int worst = 0;
        long most = 0;
        for (int i = 0; i < captured.Values.Length; i++)
        {
            long distance = UnitsInLastPlace.Between(captured.Values[i], replayed.Values[i]);
            if (distance > 0 && !(Math.Abs((double)captured.Values[i] - replayed.Values[i]) <= room))
            {
                differing++;
                (worst, most) = distance > most ? (i, distance) : (worst, most);
            }
        }

        return new StepDifference(
            captured.Name, captured.Shape, differing, worst, captured.Values.ElementAtOrDefault(worst),
            replayed.Values.ElementAtOrDefault(worst), most);
    }
}
