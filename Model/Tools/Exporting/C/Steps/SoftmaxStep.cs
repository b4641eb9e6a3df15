namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>Softmax of a flat value, or its logarithm.</summary>
internal sealed class SoftmaxStep(CValue x, CValue y, bool logarithm) : CStep([x], y)
{
    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        double largest = x.Max();
        double sum = x.Sum(value => Math.Exp(value - largest));
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (float)(logarithm ? x[i] - largest - Math.Log(sum) : Math.Exp(x[i] - largest) / sum);
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        body.Use("softmax");
        body.Comment($"{Output.Name}: {(logarithm ? "logarithm of the " : "")}softmax, {Output.Shape}");
        body.Line($"softmax({X.Identifier}, {Output.Identifier}, {X.Length}, {(logarithm ? 1 : 0)});");
    }
}
