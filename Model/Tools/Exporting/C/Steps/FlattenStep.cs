namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>Rows of time steps as channel after channel.</summary>
internal sealed class FlattenStep(CValue x, CValue y) : CStep([x], y)
{
    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = x[(i % X.Time * X.Channels) + (i / X.Time)];
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        body.Use("flatten", ('x', X.Number));
        body.Comment($"{Output.Name}: {X.Shape} -> {Output.Shape}, channel after channel");
        body.Line(
            $"flatten_{X.Number.Suffix()}({X.Identifier}, {Output.Identifier}, {X.Time}, {X.Channels});");
    }
}
