using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>A scale and a shift for each channel.</summary>
internal sealed class AffineStep(AffineOperator affine, CValue x, CValue y) : CStep([x], y)
{
    private readonly float[] scale = [.. affine.Scale.Values.Select(one => one * x.Scale / y.Scale)];
    private readonly float[] shift = [.. affine.Shift.Values.Select(one => one / y.Scale)];

    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i % X.Channels;
            y[i] = Output.Number.Round((scale[c] * x[i]) + shift[c]);
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        string s = body.Floats($"{Output.Name}_scale", scale, $"{Output.Name}: [channels]");
        string b = body.Floats($"{Output.Name}_shift", shift);
        string call = "affine(";
        if (IsQuantised)
        {
            body.UseRounding(Output.Number);
            body.Use("affine_quantised", ('x', X.Number), ('y', Output.Number));
            call = $"affine_{X.Number.Suffix()}_{Output.Number.Suffix()}(";
        }
        else
        {
            body.Use("affine");
        }

        body.Comment($"{Output.Name}: {X.Shape}, a scale and a shift for each channel");
        body.Line($"{call}{X.Identifier}, {s}, {b}, {Output.Identifier}, {X.Time}, {X.Channels});");
    }
}
