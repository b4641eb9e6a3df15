using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What a mask is drawn by, but for the step; for kernels that drop while they do something else.</summary>
/// <param name="seed">The key.</param>
/// <param name="layer">Tells the dropouts of one network apart.</param>
/// <param name="rate">The probability that an element becomes zero, in [0, 1).</param>
public readonly struct DropoutNumbers(ulong seed, uint layer, float rate)
{
    /// <summary>The key.</summary>
    internal readonly ulong Seed = seed;

    /// <summary>Tells the dropouts of one network apart.</summary>
    internal readonly uint Layer = layer;

    /// <summary>rate * 2^24: the upper 24 bits of a word below it mean zero.</summary>
    internal readonly uint Threshold = (uint)Math.Ceiling(rate * (double)(1 << 24));

    /// <summary>What an element that is kept is multiplied by.</summary>
    public float Scale { get; } = (float)(1 / (1 - (double)rate));

    /// <summary>The words of the elements 4 block to 4 block + 3 at a step.</summary>
    internal PhiloxBlock Words(int step, int block) => Philox.Generate(Seed, (uint)step, Layer, (uint)block);

    /// <summary>0 or the scale, by an element's word.</summary>
    internal float Mask(uint word) => word >> 8 >= Threshold ? Scale : 0f;
}
