// A random split of clips with several labels, in which each label has about the same share on both sides.
// Source: Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data" (ECML PKDD 2011): the label
// with the fewest clips left is dealt out first, each of its clips to the side that lacks most of that label.
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Data;

/// <summary>Iterative stratification into two sides.</summary>
internal static class LabelStratification
{
    /// <summary>Deals clips out.</summary>
    /// <param name="labelsOf">The labels of each clip; a clip may have none.</param>
    /// <param name="labels">How many labels there are.</param>
    /// <param name="fraction">The share of clips to validate on, inside (0, 1).</param>
    /// <param name="seed">Chooses one of the possible splits.</param>
    /// <returns>
    /// For each clip whether it validates. A label with a clip is on the training side at least once.
    /// </returns>
    public static bool[] Of(IReadOnlyList<IReadOnlyList<int>> labelsOf, int labels, double fraction, long seed)
    {
        int clips = labelsOf.Count;
        int[] order = [.. Enumerable.Range(0, clips)];
        new SplitMix64(seed).Shuffle<int>(order);
        var clipsOf = new List<int>[labels];
        for (int label = 0; label < labels; label++)
        {
            clipsOf[label] = [];
        }

        foreach (int clip in order)
        {
            foreach (int label in labelsOf[clip])
            {
                clipsOf[label].Add(clip);
            }
        }

        // What each side still wants: of all clips, and of each label; a label wants one clip on either side.
        double[] wanted = Array.ConvertAll(
            clipsOf, of => of.Count < 2 ? 0 : Math.Clamp(of.Count * fraction, 1, of.Count - 1));
        var sides = new Sides(
            clips * fraction, clips * (1 - fraction), wanted, [.. clipsOf.Zip(wanted, (of, want) => of.Count - want)]);
        int[] left = Array.ConvertAll(clipsOf, of => of.Count);
        bool[] dealt = new bool[clips];
        bool[] validates = new bool[clips];
        while (Rarest(left) is { } rarest)
        {
            foreach (int clip in clipsOf[rarest].Where(clip => !dealt[clip]))
            {
                Deal(clip, sides.ValidationLacks(rarest));
            }
        }

        foreach (int clip in order.Where(clip => !dealt[clip]))
        {
            Deal(clip, sides.ValidationLacks());
        }

        // Clips of frequent labels were dealt out with those of rare ones: what is left without is put right.
        foreach (List<int> of in clipsOf.Where(of => of.Count > 0 && of.TrueForAll(clip => validates[clip])))
        {
            validates[of[0]] = false;
        }

        return validates;

        void Deal(int clip, bool validation)
        {
            dealt[clip] = true;
            validates[clip] = validation;
            sides.Take(validation, labelsOf[clip]);
            foreach (int label in labelsOf[clip])
            {
                left[label]--;
            }
        }
    }

    private static int? Rarest(int[] left)
    {
        int? rarest = null;
        for (int label = 0; label < left.Length; label++)
        {
            if (left[label] > 0 && (rarest is not { } other || left[label] < left[other]))
            {
                rarest = label;
            }
        }

        return rarest;
    }

    private sealed class Sides(double validation, double train, double[] validationOf, double[] trainOf)
    {
        private double validation = validation;
        private double train = train;

        public bool ValidationLacks() => validation > train;

        public bool ValidationLacks(int label) => validationOf[label] > trainOf[label]
            || (validationOf[label] == trainOf[label] && ValidationLacks());

        public void Take(bool validates, IReadOnlyList<int> labels)
        {
            validation -= validates ? 1 : 0;
            train -= validates ? 0 : 1;
            foreach (int label in labels)
            {
                (validates ? validationOf : trainOf)[label]--;
            }
        }
    }
}
