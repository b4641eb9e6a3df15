namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>The same value in other numbers: floats quantised, whole numbers as floats, or at another scale.</summary>
internal sealed class RescaleStep(CValue x, CValue y, string why) : CStep([x], y)
{
    /// <inheritdoc/>
    public override void Run(CRun run) => Place(run[X], X, run[Output], Output, 0);

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        body.Comment($"{Output.Name}: {X.Name} {why}, {Output.Shape}");
        Write(body, X, Output, Output.Identifier);
    }

    /// <summary>Channels of one value as some of another's, as C does it.</summary>
    public static void Place(float[] numbers, CValue x, float[] y, CValue output, int first)
    {
        float factor = x.Scale / output.Scale;
        for (int t = 0; t < x.Time; t++)
        {
            for (int c = 0; c < x.Channels; c++)
            {
                y[(t * output.Channels) + first + c] = output.Number.Round(numbers[(t * x.Channels) + c] * factor);
            }
        }
    }

    /// <summary>The call that does it.</summary>
    public static void Write(CBody body, CValue x, CValue output, string target)
    {
        body.UseRounding(output.Number);
        body.Use("rescale", ('x', x.Number), ('y', output.Number));
        body.Line(
            $"rescale_{x.Number.Suffix()}_{output.Number.Suffix()}({x.Identifier}, {x.Time}, {x.Channels}, "
            + $"{CText.Float(x.Scale / output.Scale)}, {target}, {output.Channels});");
    }
}
