// Mel bands so narrow that no bin of the spectrum lies in them: their rows are constant, and nothing is learnt of them.

using System.Globalization;
using NativeCnn.Features.Options;

namespace NativeCnn.Features.Tables;

/// <summary>Finds mel bands without a bin, and the settings that have none.</summary>
public static class EmptyMelBands
{
    private const int Listed = 10;
    private const int LargestFft = 1 << 16;

    /// <summary>The bands, counted from 0, that have no weight; none for features without mel bands.</summary>
    /// <param name="options">The options; must validate.</param>
    /// <exception cref="ArgumentException">The options do not validate.</exception>
    public static IReadOnlyList<int> Of(FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Kind is not (FeatureKind.Mfcc or FeatureKind.LogMel))
        {
            return [];
        }

        var bank = MelFilterbank.Create(options);
        return [.. Enumerable.Range(0, bank.Bands).Where(band => bank.Offsets[band] == bank.Offsets[band + 1])];
    }

    /// <summary>One line on the empty bands and what helps; null where there are none.</summary>
    /// <inheritdoc cref="Of"/>
    public static string? Warning(FeatureOptions options)
    {
        IReadOnlyList<int> empty = Of(options);
        if (empty.Count == 0)
        {
            return null;
        }

        string bands = string.Join(", ", empty.Take(Listed)) + (empty.Count > Listed ? ", ..." : "");
        List<string> remedies = [];
        int fewer = options.MelBands - 1;
        while (fewer > 0 && Of(options with { MelBands = fewer, Coefficients = 1 }).Count > 0)
        {
            fewer--;
        }

        if (fewer > 0)
        {
            remedies.Add($"mel_bands {fewer}");
        }

        int larger = options.FftSize;
        while (larger <= LargestFft / 2 && Of(options with { FftSize = larger }).Count > 0)
        {
            larger *= 2;
        }

        if (larger != options.FftSize && Of(options with { FftSize = larger }).Count == 0)
        {
            remedies.Add($"fft_size {larger}");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{empty.Count} of {options.MelBands} mel bands have no bin of the spectrum (fft_size ")
            + $"{options.FftSize} at {options.SampleRate} Hz) and are constant: {bands}"
            + (remedies.Count == 0 ? "" : $"; {string.Join(" or ", remedies)} in the features has none such");
    }
}
