using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>Each function of an element: what it is called in C, and the same here in float64.</summary>
internal static class CFunctions
{
    /// <summary>The part that computes it is apply_ and this.</summary>
    public static string NameOf(ExportFunction function) => function switch
    {
        ExportFunction.Relu => "relu",
        ExportFunction.Sigmoid => "sigmoid",
        ExportFunction.LeakyRelu => "leaky_relu",
        ExportFunction.Elu => "elu",
        ExportFunction.Gelu => "gelu",
        ExportFunction.GeluTanh => "gelu_tanh",
        ExportFunction.Silu => "silu",
        _ => "tanh",
    };

    /// <summary>Whether it has a slope.</summary>
    public static bool HasSlope(ExportFunction function) => function is ExportFunction.LeakyRelu or ExportFunction.Elu;

    /// <summary>Its value.</summary>
    public static float Of(ExportFunction function, float slope, double x) => (float)(function switch
    {
        ExportFunction.Relu => Math.Max(x, 0),
        ExportFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        ExportFunction.LeakyRelu => x > 0 ? x : slope * x,
        ExportFunction.Elu => x > 0 ? x : slope * (Math.Exp(x) - 1),
        ExportFunction.Gelu => x * Normal(x),
        ExportFunction.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        ExportFunction.Silu => x / (1 + Math.Exp(-x)),
        _ => Math.Tanh(x),
    });

    /// <summary>The normal distribution at x, by the series of its integral; 0 and 1 from 6 deviations on.</summary>
    public static double Normal(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return x > 0 ? 1 : 0;
        }

        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= x * x / ((2 * n) + 1);
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
    }
}
