using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Operators;

/// <summary>What the kernels of softmax and log softmax share, whatever the form.</summary>
internal static class SoftmaxLadder
{
    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Name = "softmax";

    /// <summary>The largest of values[first..end]. A NaN may be passed over: it comes back in the sum.</summary>
    public static float Max(ArrayView<float> values, int first, int end)
    {
        float max = values[first];
        for (int i = first + 1; i < end; i++)
        {
            max = values[i] > max ? values[i] : max;
        }

        return max;
    }
}
