// What one class of a row adds to the focal loss, for the portable kernel and for the host body.
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// A class whose share a_c is 1: its loss, and g_c of the contract of <see cref="FocalCrossEntropy"/>.
/// </summary>
internal readonly struct FocalTerm
{
    /// <summary>-(1 - p)^gamma log p.</summary>
    public readonly float Loss;

    /// <summary>gamma p (1 - p)^(gamma - 1) log p - (1 - p)^gamma.</summary>
    public readonly float Slope;

    /// <summary>Computes both.</summary>
    /// <param name="shifted">x_c - m of the row.</param>
    /// <param name="exponential">Its exponential.</param>
    /// <param name="sum">The row's sum of exponentials.</param>
    /// <param name="logSum">The logarithm of it.</param>
    /// <param name="gamma">The power.</param>
    public FocalTerm(float shifted, float exponential, float sum, float logSum, float gamma)
    {
        float log = shifted - logSum;
        float p = exponential / sum;
        float rest = (sum - exponential) / sum; // 1 - p, with the digits that the sum has of it
        float power = gamma == 0f ? 1f : rest > 0f ? Elementary.Exp(gamma * Elementary.Log(rest)) : 0f;
        Loss = -(power * log);
        float inner = p > 0f && rest > 0f ? gamma * p * (power / rest) * log : 0f;
        Slope = inner - power;
    }
}
