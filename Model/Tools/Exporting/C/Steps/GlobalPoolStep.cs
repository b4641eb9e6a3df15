namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>The largest number, or the mean, of each channel over all time.</summary>
internal sealed class GlobalPoolStep(bool mean, CValue x, CValue y) : CStep([x], y)
{
    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        for (int c = 0; c < X.Channels; c++)
        {
            float largest = float.NegativeInfinity;
            float sum = 0;
            for (int t = 0; t < X.Time; t++)
            {
                largest = Math.Max(largest, x[(t * X.Channels) + c]);
                sum += x[(t * X.Channels) + c];
            }

            y[c] = mean ? Output.Number.Round(sum * Factor) : largest;
        }
    }

    private float Factor => X.Scale / (Output.Scale * X.Time);

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        string call;
        if (!mean)
        {
            body.Use("global_max", ('x', X.Number));
            call = $"global_max_{X.Number.Suffix()}({X.Identifier}, ";
        }
        else if (!IsQuantised)
        {
            body.Use("global_mean");
            call = $"global_mean({X.Identifier}, ";
        }
        else
        {
            body.UseRounding(Output.Number);
            body.Use("global_mean_quantised", ('x', X.Number), ('y', Output.Number));
            call = $"global_mean_{X.Number.Suffix()}_{Output.Number.Suffix()}({X.Identifier}, {CText.Float(Factor)}, ";
        }

        body.Comment($"{Output.Name}: {X.Shape} -> {Output.Shape}, {(mean ? "mean" : "largest")} over time");
        body.Line($"{call}{Output.Identifier}, {X.Time}, {X.Channels});");
    }
}
