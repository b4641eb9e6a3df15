namespace NativeCnn.Tools.Exporting.C;

/// <summary>A network as the steps of its function in C.</summary>
/// <param name="Input">The features of one clip, floats, [T][C].</param>
/// <param name="Output">The logits, floats.</param>
/// <param name="Steps">The steps, in their order.</param>
/// <param name="InFloats">What is computed in floats though 8 bits were asked for, by name.</param>
internal sealed record CNetwork(
    CValue Input, CValue Output, IReadOnlyList<CStep> Steps, IReadOnlyList<string> InFloats)
{
    /// <summary>The logits of one clip, as C computes them.</summary>
    /// <param name="features">[T][C].</param>
    public float[] Logits(ReadOnlySpan<float> features)
    {
        CRun run = Run(features);
        return run[Output];
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
