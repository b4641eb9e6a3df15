using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>The largest number, or the mean, of windows over time.</summary>
internal sealed class PoolStep(PoolOperator pool, CValue x, CValue y) : CStep([x], y)
{
    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        for (int l = 0; l < Output.Time; l++)
        {
            int start = (l * pool.Stride) - pool.Padding;
            int first = Math.Max(start, 0);
            int end = Math.Min(start + pool.Window, X.Time);
            int count = pool.CountPadding ? Math.Min(start + pool.Window, X.Time + pool.Padding) - start : end - first;
            for (int c = 0; c < X.Channels; c++)
            {
                float largest = float.NegativeInfinity;
                float sum = 0;
                for (int t = first; t < end; t++)
                {
                    largest = Math.Max(largest, x[(t * X.Channels) + c]);
                    sum += x[(t * X.Channels) + c];
                }

                y[(l * X.Channels) + c] = pool.Mean
                    ? Output.Number.Round(sum / count * (X.Scale / Output.Scale))
                    : largest;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        body.Use("pool_shape");
        string call;
        if (!pool.Mean)
        {
            body.Use("max_pool", ('x', X.Number));
            call = $"max_pool_{X.Number.Suffix()}({X.Identifier}, {Output.Identifier},";
        }
        else if (!IsQuantised)
        {
            body.Use("average_pool");
            call = $"average_pool({X.Identifier}, {Output.Identifier},";
        }
        else
        {
            body.UseRounding(Output.Number);
            body.Use("average_pool_quantised", ('x', X.Number), ('y', Output.Number));
            call = $"average_pool_{X.Number.Suffix()}_{Output.Number.Suffix()}({X.Identifier}, "
                + $"{CText.Float(X.Scale / Output.Scale)}, {Output.Identifier},";
        }

        body.Comment(
            $"{Output.Name}: {X.Shape} -> {Output.Shape}, {(pool.Mean ? "mean" : "largest")} of {pool.Window}, "
            + $"stride {pool.Stride}{(pool.Padding > 0 ? $", padding {pool.Padding}" : "")}");
        body.Line(call);
        body.Line(
            $"    (pool_shape){{ .time = {X.Time}, .channels = {X.Channels}, .length = {Output.Time}, "
            + $".window = {pool.Window},");
        body.Line(
            $"        .stride = {pool.Stride}, .padding = {pool.Padding}, "
            + $".count_padding = {(pool.CountPadding ? 1 : 0)} }});");
    }
}
