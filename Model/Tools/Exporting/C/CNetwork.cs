namespace NativeCnn.Tools.Exporting.C;

/// <summary>A network as the steps of its function in C.</summary>
/// <param name="Input">The features of one clip, floats, [T][C].</param>
/// <param name="Output">The logits, floats.</param>
/// <param name="Steps">The steps, in their order.</param>
/// <param name="InFloats">What is computed in floats though 8 bits were asked for, by name.</param>
internal sealed record CNetwork(
    CValue Input, CValue Output, IReadOnlyList<CStep> Steps, IReadOnlyList<string> InFloats)
{
    /// <summary>The values that were given whole numbers of their own, by name, in the order of computation.</summary>
    public IReadOnlyList<string> Quantised { get; init; } = [];

    /// <summary>The logits of one clip, as C computes them.</summary>
    /// <param name="features">[T][C].</param>
    public float[] Logits(ReadOnlySpan<float> features)
    {
        CRun run = Run(features);
        return run[Output];
    }

    /// <summary>The logits of one clip, the mean over its stretches where it is given such.</summary>
    /// <param name="features">[C, T], as the engine has them.</param>
    /// <param name="crops">The frames at which stretches begin; null for the clip as a whole.</param>
    public float[] LogitsOf(float[] features, IReadOnlyList<int>? crops)
    {
        (int channels, int frames) = (Input.Channels, features.Length / Input.Channels);
        float[] rows = new float[features.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[(i % frames * channels) + (i / frames)] = features[i];
        }

        float[][] each =
        [
            .. (crops ?? [0]).Select(start => Logits(rows.AsSpan(start * channels, Input.Length))),
        ];
        return [.. each[0].Select((_, c) => each.Sum(logits => logits[c]) / each.Length)];
    }

    /// <summary>All values of one clip.</summary>
    public CRun Run(ReadOnlySpan<float> features)
    {
        var run = new CRun();
        features.CopyTo(run[Input]);
        foreach (CStep step in Steps)
        {
            step.Run(run);
        }

        return run;
    }
}
