namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>The sum of two values of one shape, with a ReLU behind it where there is one.</summary>
internal sealed class AddStep(CValue a, CValue b, CValue y, bool relu) : CStep([a, b], y)
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
            float sum = (a[i] * FactorA) + (b[i] * FactorB);
            y[i] = Output.Number.Round(relu ? Math.Max(sum, 0) : sum);
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        body.Comment($"{Output.Name}: {Inputs[0].Name} + {Inputs[1].Name}{(relu ? ", ReLU" : "")}, {Output.Shape}");
        string last = $"{Output.Identifier}, {Output.Length}, {(relu ? 1 : 0)});";
        (CValue a, CValue b) = (Inputs[0], Inputs[1]);
        if (!IsQuantised)
        {
            body.Use("add");
            body.Line($"add({a.Identifier}, {b.Identifier}, {last}");
            return;
        }

        body.UseRounding(Output.Number);
        body.Use("add_quantised", ('a', a.Number), ('b', b.Number), ('y', Output.Number));
        body.Line(
            $"add_{a.Number.Suffix()}_{b.Number.Suffix()}_{Output.Number.Suffix()}({a.Identifier}, "
            + $"{CText.Float(FactorA)}, {b.Identifier}, {CText.Float(FactorB)}, {last}");
    }
}
