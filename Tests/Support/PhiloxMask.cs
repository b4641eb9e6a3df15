using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tests.Support;

/// <summary>A dropout mask as its contract draws it.</summary>
internal static class PhiloxMask
{
    /// <summary>0 with probability rate, else 1 / (1 - rate): place i has word i % 4 of block i / 4.</summary>
    public static float[] Of(int length, float rate, ulong seed, uint step, uint layer)
    {
        float[] mask = new float[length];
        for (int i = 0; i < length; i++)
        {
            PhiloxBlock words = Philox.Generate(seed, step, layer, (uint)i / 4);
            uint word = (i % 4) switch { 0 => words.X, 1 => words.Y, 2 => words.Z, _ => words.W };
            mask[i] = Philox.ToUniform(word) >= rate ? (float)(1 / (1 - (double)rate)) : 0f;
        }

        return mask;
    }
}
