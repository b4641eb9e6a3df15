namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>The sum of two values of one shape.</summary>
internal sealed class AddStep(CValue a, CValue b, CValue y) : CStep([a, b], y)
{
    private float FactorA => Inputs[0].Scale / Output.Scale;

    private float FactorB => Inputs[1].Scale / Output.Scale;

    /// <inheritdoc/>
    public override bool MayOverwrite => true;

    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] a = run[Inputs[0]];
        float[] b = run[Inputs[1]];
        float[] y = run[Output];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Output.Number.Round((a[i] * FactorA) + (b[i] * FactorB));
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        body.Comment($"{Output.Name}: {Inputs[0].Name} + {Inputs[1].Name}, {Output.Shape}");
        (CValue a, CValue b) = (Inputs[0], Inputs[1]);
        if (!IsQuantised)
        {
            body.Use("add");
            body.Line($"add({a.Identifier}, {b.Identifier}, {Output.Identifier}, {Output.Length});");
            return;
        }

        body.UseRounding(Output.Number);
        body.Use("add_quantised", ('a', a.Number), ('b', b.Number), ('y', Output.Number));
        body.Line(
            $"add_{a.Number.Suffix()}_{b.Number.Suffix()}_{Output.Number.Suffix()}({a.Identifier}, "
            + $"{CText.Float(FactorA)}, {b.Identifier}, {CText.Float(FactorB)}, {Output.Identifier}, "
            + $"{Output.Length});");
    }
}
