using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The four neighbouring values of a row that one of its lanes holds in registers.</summary>
internal static class Float4Row
{
    /// <summary>Reads four values from <paramref name="at"/> on; those past the row are 0.</summary>
    /// <param name="values">Rows.</param>
    /// <param name="at">Where the four begin; a multiple of 4 where <paramref name="inFloat4"/> is not 0.</param>
    /// <param name="there">How many values the row still has there; may be 0 or less.</param>
    /// <param name="inFloat4">Not 0 where rows are multiples of four, aligned to 16 bytes: one load.</param>
    public static Float4 Read(ArrayView<float> values, int at, int there, int inFloat4)
    {
        if (inFloat4 != 0)
        {
            return there > 0 ? values.Cast<Float4>()[at / 4] : new Float4(0f, 0f, 0f, 0f);
        }

        return new Float4(
            there > 0 ? values[at] : 0f,
            there > 1 ? values[at + 1] : 0f,
            there > 2 ? values[at + 2] : 0f,
            there > 3 ? values[at + 3] : 0f);
    }

    /// <summary>Writes four values, but none past the row.</summary>
    /// <inheritdoc cref="Read"/>
    public static void Write(ArrayView<float> values, int at, int there, int inFloat4, Float4 four)
    {
        if (inFloat4 != 0)
        {
            if (there > 0)
            {
                values.Cast<Float4>()[at / 4] = four;
            }
        }
        else
        {
            if (there > 0)
            {
                values[at] = four.X;
            }

            if (there > 1)
            {
                values[at + 1] = four.Y;
            }

            if (there > 2)
            {
                values[at + 2] = four.Z;
            }

            if (there > 3)
            {
                values[at + 3] = four.W;
            }
        }
    }

    /// <summary>
    /// The largest of the values that are there; minus infinity where none is. A NaN may be passed over: it comes back
    /// in the sum of the exponentials.
    /// </summary>
    public static float Max(Float4 x, int there)
    {
        float max = there > 0 ? x.X : float.NegativeInfinity;
        max = there > 1 && x.Y > max ? x.Y : max;
        max = there > 2 && x.Z > max ? x.Z : max;
        return there > 3 && x.W > max ? x.W : max;
    }

    /// <summary>exp(x - max) of the values that are there, else 0.</summary>
    public static Float4 Exp(Float4 x, float max, int there) => new(
        there > 0 ? Elementary.Exp(x.X - max) : 0f,
        there > 1 ? Elementary.Exp(x.Y - max) : 0f,
        there > 2 ? Elementary.Exp(x.Z - max) : 0f,
        there > 3 ? Elementary.Exp(x.W - max) : 0f);

    /// <summary>The sum of all four.</summary>
    public static float Sum(Float4 x) => x.X + x.Y + (x.Z + x.W);
}
