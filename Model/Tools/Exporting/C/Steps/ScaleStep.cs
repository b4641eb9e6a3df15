namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>Each channel times a number that is computed.</summary>
internal sealed class ScaleStep(CValue x, CValue gate, CValue y) : CStep([x, gate], y)
{
    private float Factor => Inputs[0].Scale * Inputs[1].Scale / Output.Scale;

    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] gate = run[Inputs[1]];
        float[] y = run[Output];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Output.Number.Round(x[i] * gate[i % X.Channels] * Factor);
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        CValue gate = Inputs[1];
        body.Comment($"{Output.Name}: {X.Name} times {gate.Name}, channel by channel, {Output.Shape}");
        if (!IsQuantised)
        {
            body.Use("scale_channels");
            body.Line(
                $"scale_channels({X.Identifier}, {gate.Identifier}, {Output.Identifier}, {X.Time}, {X.Channels});");
            return;
        }

        body.UseRounding(Output.Number);
        body.Use("scale_channels_quantised", ('x', X.Number), ('b', gate.Number), ('y', Output.Number));
        body.Line(
            $"scale_channels_{X.Number.Suffix()}_{gate.Number.Suffix()}_{Output.Number.Suffix()}({X.Identifier}, "
            + $"{gate.Identifier}, {CText.Float(Factor)}, {Output.Identifier}, {X.Time}, {X.Channels});");
    }
}
