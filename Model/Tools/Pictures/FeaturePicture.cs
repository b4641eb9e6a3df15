// A picture of what happens to a sound: waveform, spectrogram, mel spectrogram (or wavelet coefficients) and features,
// one above the other over the same seconds. PNG and SVG, drawn by ScottPlot without a display.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Model.Formats;
using ScottPlot;
using SkiaSharp;

namespace NativeCnn.Tools.Pictures;

/// <summary>Draws the stages of a feature chain.</summary>
public static class FeaturePicture
{
    private const int Width = 1200;
    private const int WaveformHeight = 210;
    private const int MapHeight = 290;
    private const int MostColumns = 4000;
    private const double SpectrogramRange = 80;
    private const float LeftMargin = 90;
    private const float RightMargin = 110;
    private const float BottomMargin = 48;
    private const float TopMargin = 36;

    /// <summary>Draws a sound and its stages.</summary>
    /// <param name="path">A .png or .svg file; its folder must exist.</param>
    /// <param name="device">Where the features are computed.</param>
    /// <param name="clip">The sound.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="options">The feature chain; a sound of another sample rate is resampled.</param>
    /// <exception cref="AudioFormatException">It is shorter than a frame.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Draw(string path, ComputeDevice device, AudioClip clip, string name, FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(options);
        var features = ClipFeatures.Compute(device, clip, name, options);
        Tensor<float> sound = ClipFeatures.SamplesOf(device, clip, name, options);
        float[] samples = sound.ToArray();
        FeatureOptions plain = options with { SubtractMean = false, Deltas = 0 };
        var extractor = new FeatureExtractor(device, plain, 1, samples.Length);
        FeatureStages stages = extractor.Stages(sound);

        double seconds = (double)samples.Length / options.SampleRate;
        List<(Plot Plot, int Height)> panels =
        [
            (Waveform(samples, options, $"{Path.GetFileName(name)}: waveform"), WaveformHeight),
            (Spectrogram(stages.Power.ToArray(), options, features.Frames), MapHeight),
        ];
        panels.AddRange(options.Kind == FeatureKind.WaveletCepstrum
            ?
            [
                (Map(stages.Wavelet!.ToArray(), stages.Wavelet.Shape[1], options, features.Frames, "coefficient",
                    UnitOf(options), $"Wavelet coefficients ({options.WaveletName}, {options.WaveletLevels} levels)"),
                    MapHeight),
            ]
            : [(Mel(stages.LogMel.ToArray(), options, features.Frames), MapHeight)]);
        if (options.Kind != FeatureKind.LogMel || options.Deltas > 0 || options.SubtractMean)
        {
            panels.Add((Map(
                features.Values.ToArray(), features.Rows, options, features.Frames, "row", "", TitleOf(options)),
                MapHeight));
        }

        foreach ((Plot plot, _) in panels)
        {
            plot.Axes.SetLimitsX(0, seconds);
        }

        panels[^1].Plot.XLabel("time (s)", 13);
        Save(path, panels);
    }

    private static Plot Waveform(float[] samples, FeatureOptions options, string title)
    {
        Plot plot = NewPlot(title, "amplitude");
        ScottPlot.Plottables.Signal signal =
            plot.Add.Signal(Array.ConvertAll(samples, value => (double)value), 1.0 / options.SampleRate);
        signal.Color = Colors.SteelBlue;
        signal.LineWidth = 1;
        double highest = Math.Max(1e-3, samples.Max(value => Math.Abs((double)value))) * 1.05;
        plot.Axes.SetLimitsY(-highest, highest);
        return plot;
    }

    private static Plot Spectrogram(float[] power, FeatureOptions options, int frames)
    {
        double factor = options.Power == 1 ? 20 : 10;
        double[] decibels = Array.ConvertAll(power, value => factor * Math.Log10(Math.Max(value, 1e-30)));
        double loudest = decibels.Max();
        string window = options.Window.ToString().ToLowerInvariant();
        Plot plot = NewPlot(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Spectrogram: fft {options.FftSize}, hop {options.HopLength}, {window}"),
            "frequency (Hz)");
        double half = (double)options.SampleRate / options.FftSize / 2;
        AddMap(
            plot, decibels, options.Bins, frames, options, -half, ((options.Bins - 1) * 2 * half) + half,
            new ScottPlot.Range(loudest - SpectrogramRange, loudest), "dB");
        plot.Axes.SetLimitsY(0, options.SampleRate / 2.0);
        return plot;
    }

    private static Plot Mel(float[] logMel, FeatureOptions options, int frames)
    {
        Plot plot = NewPlot(
            string.Create(CultureInfo.InvariantCulture, $"Log mel spectrogram: {options.MelBands} bands"),
            "frequency (Hz)");
        double[] values = Array.ConvertAll(logMel, value => (double)value);
        AddMap(
            plot, values, options.MelBands, frames, options, -0.5, options.MelBands - 0.5,
            new ScottPlot.Range(values.Min(), values.Max()), UnitOf(options));
        plot.Axes.SetLimitsY(-0.5, options.MelBands - 0.5);

        // Bands lie evenly in mel: a frequency stands where its mel does, the centre of band 0 a step above the lowest.
        double low = MelFilterbank.ToMel(options.MinFrequency, options.MelScale);
        double high = MelFilterbank.ToMel(options.EffectiveMaxFrequency, options.MelScale);
        double step = (high - low) / (options.MelBands + 1);
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        foreach (double hertz in (double[])[100, 250, 500, 1000, 2000, 4000, 8000, 16000])
        {
            double place = ((MelFilterbank.ToMel(hertz, options.MelScale) - low) / step) - 1;
            if (place >= -0.5 && place <= options.MelBands - 0.5)
            {
                ticks.AddMajor(place, hertz.ToString("0", CultureInfo.InvariantCulture));
            }
        }

        plot.Axes.Left.TickGenerator = ticks;
        return plot;
    }

    private static Plot Map(
        float[] map, int rows, FeatureOptions options, int frames, string axis, string unit, string title)
    {
        Plot plot = NewPlot(title, axis);
        double[] values = Array.ConvertAll(map, value => (double)value);
        // The first row, of an MFCC the loudness, is far from the others and would hide them.
        int first = rows > 1 ? options.FirstRow * frames : -frames;
        double[] others = [.. values.Where((_, i) => i < first || i >= first + frames)];
        AddMap(plot, values, rows, frames, options, -0.5, rows - 0.5, InnerRange(others), unit);
        plot.Axes.SetLimitsY(-0.5, rows - 0.5);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        return plot;
    }

    /// <summary>From the least to the largest of the middle 96 % of values.</summary>
    private static ScottPlot.Range InnerRange(double[] values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
        {
            return new ScottPlot.Range(0, 1);
        }

        (double low, double high) = (sorted[sorted.Length / 50], sorted[^((sorted.Length / 50) + 1)]);
        return high > low ? new ScottPlot.Range(low, high) : new ScottPlot.Range(low - 0.5, low + 0.5);
    }

    private static void AddMap(
        Plot plot, double[] values, int rows, int frames, FeatureOptions options, double bottom, double top,
        ScottPlot.Range range, string unit)
    {
        // No more columns than can be seen: of those that fall together, the loudest.
        int merged = (frames + MostColumns - 1) / MostColumns;
        int columns = (frames + merged - 1) / merged;
        double[,] cells = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double highest = double.NegativeInfinity;
                for (int frame = column * merged; frame < Math.Min(frames, (column + 1) * merged); frame++)
                {
                    highest = Math.Max(highest, values[(row * frames) + frame]);
                }

                cells[rows - 1 - row, column] = highest;
            }
        }

        double hop = (double)options.HopLength / options.SampleRate;
        double centre = ((options.FrameLength / 2.0) - options.FramePad) / options.SampleRate;
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(cells);
        map.Position = new CoordinateRect(
            centre - (hop / 2), centre - (hop / 2) + (columns * merged * hop), bottom, top);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.ManualRange = range.Max > range.Min ? range : new ScottPlot.Range(range.Min - 0.5, range.Min + 0.5);
        ScottPlot.Panels.ColorBar bar = plot.Add.ColorBar(map);
        bar.Label = unit;
        bar.LabelStyle.FontSize = 13;
    }

    private static Plot NewPlot(string title, string left)
    {
        var plot = new Plot();
        plot.Title(title, 15);
        plot.YLabel(left, 13);
        plot.HideGrid();
        plot.Layout.Fixed(new PixelPadding(LeftMargin, RightMargin, BottomMargin, TopMargin));
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        return plot;
    }

    private static string UnitOf(FeatureOptions options) => options.Log switch
    {
        LogScale.Decibel or LogScale.MagnitudeDecibel => "dB",
        LogScale.Log10 => "log10",
        _ => "ln",
    };

    private static string TitleOf(FeatureOptions options)
    {
        string kind = options.Kind switch
        {
            FeatureKind.Mfcc => "MFCC",
            FeatureKind.LogMel => "Log mel",
            _ => "Wavelet cepstrum",
        };
        string deltas = options.Deltas switch { 0 => "", 1 => ", then delta", _ => ", then delta and delta-delta" };
        return string.Create(CultureInfo.InvariantCulture, $"{kind}: {options.StaticRows} rows{deltas}");
    }

    private static void Save(string path, List<(Plot Plot, int Height)> panels)
    {
        int height = panels.Sum(panel => panel.Height);
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
        {
            using var image = new MemoryStream();
            using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(Width, height), image))
            {
                canvas.DrawRect(SKRect.Create(Width, height), new SKPaint { Color = SKColors.White });
                Render(canvas, panels);
            }

            AtomicFile.Write(path, stream => stream.Write(image.ToArray()));
            return;
        }

        using var surface = SKSurface.Create(new SKImageInfo(Width, height));
        surface.Canvas.Clear(SKColors.White);
        Render(surface.Canvas, panels);
        using SKImage snapshot = surface.Snapshot();
        using SKData png = snapshot.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    private static void Render(SKCanvas canvas, List<(Plot Plot, int Height)> panels)
    {
        int top = 0;
        foreach ((Plot plot, int height) in panels)
        {
            plot.Render(canvas, new PixelRect(0, Width, top + height, top));
            top += height;
        }
    }
}
