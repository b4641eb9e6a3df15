using NativeCnn.Model.Inspection;
using SkiaSharp;

namespace NativeCnn.Tools.Pictures;

/// <summary>Filters as pixels, one a number.</summary>
internal static class FilterColors
{
    private static readonly SKColor Negative = new(0x1D, 0x4E, 0xD8);
    private static readonly SKColor Positive = new(0xB9, 0x1C, 0x1C);

    /// <summary>The weights of a filter: a row a channel, a column a tap; blue below 0, white, red above.</summary>
    /// <param name="filters">The filters.</param>
    /// <param name="filter">Which.</param>
    /// <param name="largest">The magnitude of the full colours.</param>
    public static SKBitmap Weights(FirstFilters filters, int filter, float largest)
    {
        var map = new SKBitmap(filters.Taps, filters.Channels);
        for (int channel = 0; channel < filters.Channels; channel++)
        {
            ReadOnlySpan<float> taps = filters.TapsOf(filter, channel);
            for (int tap = 0; tap < taps.Length; tap++)
            {
                // The first channel, of features the lowest band, is the lowest row.
                map.SetPixel(tap, filters.Channels - 1 - channel, ColorOf(taps[tap], largest));
            }
        }

        return map;
    }

    /// <summary>The responses of filters in grey: a row a filter by its peak, a column a frequency.</summary>
    public static SKBitmap Responses(FirstFilters filters, int count)
    {
        var map = new SKBitmap(FirstFilters.Bins, count);
        int row = 0;
        foreach (int filter in Enumerable.Range(0, count).OrderBy(filters.PeakOf))
        {
            ReadOnlySpan<float> response = filters.ResponseOf(filter);
            for (int bin = 0; bin < response.Length; bin++)
            {
                byte grey = (byte)(255 * (1 - (response[bin] / FirstFilters.Floor)));
                map.SetPixel(bin, count - 1 - row, new SKColor(grey, grey, grey));
            }

            row++;
        }

        return map;
    }

    private static SKColor ColorOf(float value, float largest)
    {
        if (!float.IsFinite(value))
        {
            return SKColors.Black;
        }

        float share = largest > 0 ? Math.Abs(value) / largest : 0;
        SKColor full = value < 0 ? Negative : Positive;
        return new SKColor(Mixed(full.Red), Mixed(full.Green), Mixed(full.Blue));

        byte Mixed(byte color) => (byte)(255 + (share * (color - 255)));
    }
}
