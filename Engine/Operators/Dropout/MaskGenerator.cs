// The random numbers of a dropout. Element i of a mask at a step is by word i % 4 of Philox with the key seed and the
// counter (i / 4, step, layer): nothing else, so a mask is the same, bit for bit, on every device and for every number
// of workers, and can be drawn again by whoever needs it.
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Draws the masks of a dropout at any step.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct MaskGenerator
{
    /// <summary>Names the masks of one dropout of one run.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="layer">Tells the dropouts of one network apart.</param>
    /// <param name="rate">The probability that an element of a mask is zero, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public MaskGenerator(ulong seed, uint layer, float rate)
    {
        if (!(rate is >= 0f and < 1f))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, "a dropout rate is the share that is set to zero, in [0, 1)");
        }

        Seed = seed;
        Layer = layer;
        Threshold = (uint)Math.Ceiling(rate * (double)(1 << 24));
        Scale = (float)(1 / (1 - (double)rate));
    }

    /// <summary>The key.</summary>
    internal ulong Seed { get; }

    /// <summary>A word of the counter.</summary>
    internal uint Layer { get; }

    /// <summary>rate * 2^24: the upper 24 bits of a word below it mean zero.</summary>
    internal uint Threshold { get; }

    /// <summary>What an element that is kept is multiplied by.</summary>
    public float Scale { get; }

    /// <summary>The words of the elements 4 block to 4 block + 3 at a step.</summary>
    internal PhiloxBlock Words(int step, int block) => Philox.Generate(Seed, (uint)step, Layer, (uint)block);

    /// <summary>0 or the scale, by an element's word.</summary>
    internal float Mask(uint word) => word >> 8 >= Threshold ? Scale : 0f;

    /// <summary>0 or the scale, for one element of the mask of a step.</summary>
    internal float MaskOf(int step, int element)
    {
        PhiloxBlock words = Words(step, element / 4);
        int place = element % 4;
        uint lower = place == 0 ? words.X : words.Y;
        uint upper = place == 2 ? words.Z : words.W;
        return Mask(place < 2 ? lower : upper);
    }
}
