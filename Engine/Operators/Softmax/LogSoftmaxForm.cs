using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>y = x - m - log sum; dX = dY - e^y sum of dY.</summary>
internal readonly struct LogSoftmaxForm : ISoftmaxForm
{
    public static float Keep(float shifted, float exponential) => shifted;

    public static float Normalizer(float sum) => Elementary.Log(sum);

    public static float Output(float kept, float normalizer) => kept - normalizer;

    public static float Term(float y, float dY) => dY;

    public static float Gradient(float y, float dY, float sum) => dY - (Elementary.Exp(y) * sum);

    public static void Forward(Span<float> rows, int classes)
    {
        for (int first = 0; first < rows.Length; first += classes)
        {
            Span<float> row = rows.Slice(first, classes);
            TensorPrimitives.Subtract(row, MathF.Log(SumOfExponentials(row)), row);
        }
    }

    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, Span<float> dX)
    {
        float sum = TensorPrimitives.Sum(dY);
        for (int c = 0; c < dX.Length; c++)
        {
            dX[c] = dY[c] - (MathF.Exp(y[c]) * sum);
        }
    }

    private static float SumOfExponentials(ReadOnlySpan<float> values)
    {
        const int Piece = 256;
        Span<float> piece = stackalloc float[Piece];
        float sum = 0f;
        for (int start = 0; start < values.Length; start += Piece)
        {
            Span<float> some = piece[..Math.Min(Piece, values.Length - start)];
            TensorPrimitives.Exp(values.Slice(start, some.Length), some);
            sum += TensorPrimitives.Sum<float>(some);
        }

        return sum;
    }
}
