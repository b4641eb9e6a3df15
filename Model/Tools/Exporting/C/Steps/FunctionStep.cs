using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>A function of each element: of floats by the function, of 8 bits by a table of all 256 numbers.</summary>
internal sealed class FunctionStep(FunctionOperator function, CValue x, CValue y) : CStep([x], y)
{
    private readonly float[]? table = x.Number == CNumber.Float32 ? null : TableOf(function, x, y);

    /// <inheritdoc/>
    public override bool MayOverwrite => X.Number.Bytes() == Output.Number.Bytes();

    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = table is null
                ? CFunctions.Of(function.Function, function.Slope, x[i])
                : table[(int)x[i] & 255];
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        string name = CFunctions.NameOf(function.Function);
        body.Comment($"{Output.Name}: {name} of {X.Name}, {Output.Shape}");
        if (table is null)
        {
            body.Use("apply_" + name);
            string slope = CFunctions.HasSlope(function.Function) ? ", " + CText.Float(function.Slope) : "";
            body.Line($"apply_{name}({X.Identifier}, {Output.Identifier}, {Output.Length}{slope});");
            return;
        }

        body.Use("look_up", ('x', X.Number), ('y', Output.Number));
        string values = body.Whole(
            $"{Output.Name}_table", Output.Number.Type(), Output.Number.Bytes(), table.Select(one => (int)one),
            $"{Output.Name}: {name} of every number of 8 bits, by its byte");
        body.Line(
            $"look_up_{X.Number.Suffix()}_{Output.Number.Suffix()}({X.Identifier}, {values}, {Output.Identifier}, "
            + $"{Output.Length});");
    }

    /// <summary>[256]: the output of each byte; a byte above 127 of a signed input is below 0.</summary>
    private static float[] TableOf(FunctionOperator function, CValue x, CValue y)
    {
        float[] values = new float[256];
        for (int i = 0; i < values.Length; i++)
        {
            int number = x.Number == CNumber.Int8 ? (sbyte)i : i;
            values[i] = y.Number.Round(
                CFunctions.Of(function.Function, function.Slope, number * (double)x.Scale) / y.Scale);
        }

        return values;
    }
}
