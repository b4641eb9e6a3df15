using NativeCnn.Model.Exports;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>A group normalisation, or, without groups, a normalisation of each time step over its channels.</summary>
internal sealed class NormStep(
    CValue x, CValue y, ExportWeight weight, ExportWeight bias, int? groups, float epsilon) : CStep([x], y)
{
    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        int width = X.Channels / (groups ?? 1);
        for (int g = 0; g < (groups ?? X.Time); g++)
        {
            int first = groups is null ? g : 0;
            int end = groups is null ? g + 1 : X.Time;
            int from = groups is null ? 0 : g * width;
            double sum = 0;
            double squares = 0;
            for (int t = first; t < end; t++)
            {
                for (int c = from; c < from + width; c++)
                {
                    double value = x[(t * X.Channels) + c];
                    sum += value;
                    squares += value * value;
                }
            }

            double mean = sum / ((end - first) * width);
            double inverse = 1 / Math.Sqrt(
                Math.Max(0, (squares / ((end - first) * width)) - (mean * mean)) + epsilon);
            for (int t = first; t < end; t++)
            {
                for (int c = from; c < from + width; c++)
                {
                    int i = (t * X.Channels) + c;
                    y[i] = (float)((weight.Values[c] * (x[i] - mean) * inverse) + bias.Values[c]);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        string part = groups is null ? "layer_norm" : "group_norm";
        body.Use(part);
        string w = body.Floats($"{Output.Name}_weight", weight.Values, $"{Output.Name}: [channels] of {weight.Name}");
        string b = body.Floats($"{Output.Name}_bias", bias.Values);
        string of = groups is { } several ? $"{several}, " : "";
        body.Comment($"{Output.Name}: {X.Shape}, each {(groups is null ? "time step" : "group")} normalised");
        body.Line(
            $"{part}({X.Identifier}, {w}, {b}, {Output.Identifier}, {X.Time}, {X.Channels}, {of}"
            + $"{CText.Float(epsilon)});");
    }
}
