namespace NativeCnn.Engine.Operators;

/// <summary>y = e^(x - m) / sum; dX = y (dY - sum of dY y).</summary>
internal readonly struct SoftmaxForm : ISoftmaxForm
{
    public static float Keep(float shifted, float exponential) => exponential;

    public static float Normalizer(float sum) => 1f / sum;

    public static float Output(float kept, float normalizer) => kept * normalizer;

    public static float Term(float y, float dY) => dY * y;

    public static float Gradient(float y, float dY, float sum) => y * (dY - sum);

    public static void Forward(Span<float> rows, int classes)
    {
        TensorPrimitives.Exp(rows, rows);
        for (int first = 0; first < rows.Length; first += classes)
        {
            Span<float> row = rows.Slice(first, classes);
            TensorPrimitives.Multiply(row, Normalizer(TensorPrimitives.Sum<float>(row)), row);
        }
    }

    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, Span<float> dX)
    {
        TensorPrimitives.Subtract(dY, TensorPrimitives.Dot(dY, y), dX);
        TensorPrimitives.Multiply(dX, y, dX);
    }
}
