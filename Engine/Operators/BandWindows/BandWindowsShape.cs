using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The fixed shape that a <see cref="BandWindows"/> is planned for.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">B: clips in a mini-batch.</param>
/// <param name="InputBands">F: bands of a clip.</param>
/// <param name="Width">W: floats of a band, its channels by its time steps.</param>
/// <param name="Bands">R: bands of a window.</param>
/// <param name="Stride">Bands from one window to the next.</param>
/// <param name="Padding">Bands of zeros before the first, and as many after the last.</param>
public readonly record struct BandWindowsShape(
    int Batch, int InputBands, int Width, int Bands, int Stride = 1, int Padding = 0)
{
    /// <summary>G: windows of a clip.</summary>
    public int Windows => ((InputBands + (2 * Padding) - Bands) / Stride) + 1;

    /// <summary>x: [B, F, W].</summary>
    public Shape Input => new(Batch, InputBands, Width);

    /// <summary>y: [B, G, R W].</summary>
    public Shape Output => new(Batch, Windows, Bands * Width);

    /// <summary>Elements of the output that are of the input, and not of the zeros beside it.</summary>
    public long Inside
    {
        get
        {
            long bands = 0;
            for (int window = 0; window < Windows; window++)
            {
                int first = (window * Stride) - Padding;
                bands += Math.Min(InputBands, first + Bands) - Math.Max(0, first);
            }

            return bands * Width * Batch;
        }
    }

    /// <summary>Throws unless the shape describes windows, in tensors whose indices stay within an int.</summary>
    /// <exception cref="ArgumentException">It does not; the message says why.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InputBands);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Bands);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Stride);
        ArgumentOutOfRangeException.ThrowIfNegative(Padding);
        if (Padding >= Bands)
        {
            throw new ArgumentException(
                $"a padding of {Padding} bands makes windows of {Bands} that see none: take a padding below {Bands}");
        }

        long padded = InputBands + (2L * Padding);
        if (Bands > padded)
        {
            throw new ArgumentException(
                $"windows of {Bands} bands were asked for, of {InputBands} bands and {Padding} of zeros at each end: " +
                "take fewer bands, or more padding");
        }

        if (Stride > padded)
        {
            throw new ArgumentException($"a stride of {Stride} bands is more than the {padded} there are: take less");
        }

        double most = Math.Max((double)InputBands, (double)Windows * Bands) * Batch * Width;
        if (padded > Shape.MostElements || most > Shape.MostElements)
        {
            throw new ArgumentException(
                $"{Batch} clips of {Windows} windows of {Bands} bands of {Width} floats are more than the " +
                $"{Shape.MostElements} elements of a tensor: take fewer");
        }
    }
}
