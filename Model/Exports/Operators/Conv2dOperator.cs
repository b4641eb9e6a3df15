using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Exports.Operators;

/// <summary>
/// A convolution over bands and time, [F C, T] -> [G K, L], whose rows are bands by channels: filter k of window g
/// reads the bands from g bandStride - bandPadding on, zeros outside. In a graph for training alone; one for inference
/// has <see cref="OverAllBands"/> in its place.
/// </summary>
/// <param name="X">[F C, T].</param>
/// <param name="Output">[G K, L].</param>
/// <param name="Weight">[K, R C, taps].</param>
/// <param name="Bias">[K], or null.</param>
/// <param name="Bands">R: bands of a window.</param>
/// <param name="BandStride">Bands between two windows.</param>
/// <param name="BandPadding">Bands of zeros before the first and after the last.</param>
/// <param name="Stride">Time steps between two outputs.</param>
/// <param name="Before">Zeros before x.</param>
/// <param name="After">Zeros behind x.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record Conv2dOperator(
    ExportValue X, ExportValue Output, ExportWeight Weight, ExportWeight? Bias, int Bands, int BandStride,
    int BandPadding, int Stride, int Before, int After) : ExportOperator([X], Output)
{
    /// <summary>Kernel taps over time.</summary>
    public int Taps => Weight.Shape[2];

    /// <summary>K: channels of a band of the output.</summary>
    public int Filters => Weight.Shape[0];

    /// <summary>C: channels of a band of the input.</summary>
    public int Channels => Weight.Shape[1] / Bands;

    /// <summary>F: bands of the input.</summary>
    public int InputBands => X.Channels / Channels;

    /// <summary>G: bands of the output.</summary>
    public int Windows => Output.Channels / Filters;

    /// <inheritdoc/>
    public override IEnumerable<ExportWeight> Weights => Bias is null ? [Weight] : [Weight, Bias];

    /// <summary>
    /// The same as a convolution over time of all rows: the weights of a window at its bands, 0 elsewhere. Every
    /// program has that, and normalisations of single rows go into it.
    /// </summary>
    public ConvOperator OverAllBands() => new(
        X, Output, Spread(),
        Bias is null
            ? null
            : new ExportWeight(
                Bias.Name, new Shape(Output.Channels), [.. Enumerable.Repeat(Bias.Values, Windows).SelectMany(b => b)]),
        Stride, Before, After, Dilation: 1, Groups: 1);

    /// <summary>[K, R C, taps] at the bands of each window: [G K, F C, taps].</summary>
    private ExportWeight Spread()
    {
        var shape = new Shape(Output.Channels, X.Channels, Taps);
        float[] all = new float[shape.Length];
        int ofBand = Channels * Taps;
        for (int row = 0; row < Output.Channels; row++)
        {
            (int window, int filter) = (row / Filters, row % Filters);
            for (int r = 0; r < Bands; r++)
            {
                int band = (window * BandStride) - BandPadding + r;
                if ((uint)band >= (uint)InputBands)
                {
                    continue;
                }

                for (int i = 0; i < ofBand; i++)
                {
                    all[(((row * InputBands) + band) * ofBand) + i] =
                        Weight.Values[(((filter * Bands) + r) * ofBand) + i];
                }
            }
        }

        return new ExportWeight(Weight.Name, shape, all);
    }
}
