// The roofline of a run of `nativecnn bench kernels`: what the copy and the multiply-add reached as ceilings, and each
// kernel where its operations a byte and its rate put it. PNG and SVG, drawn by ScottPlot without a display.
using System.Globalization;
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Benchmarking;
using ScottPlot;
using SkiaSharp;

namespace NativeCnn.Tools.Pictures;

/// <summary>Draws a roofline.</summary>
public static class RooflinePicture
{
    private const int Width = 1200;
    private const int Height = 800;
    private const int NamesAtMost = 40;

    /// <summary>Draws the limits and the device's own choice of every kernel that has operations.</summary>
    /// <param name="path">A .png or .svg file; its folder must exist.</param>
    /// <param name="device">What to call the device.</param>
    /// <param name="measured">The limits first, as <see cref="KernelBenchmark"/> gives them.</param>
    /// <exception cref="ArgumentException">There are no limits among them.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Draw(string path, string device, IReadOnlyList<KernelMeasurement> measured)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(measured);
        KernelMeasurement? copy = measured.FirstOrDefault(one => one.Name == "copy");
        KernelMeasurement? arithmetic = measured.FirstOrDefault(one => one.Name == "multiply-add");
        if (copy is null || arithmetic is null)
        {
            throw new ArgumentException("no limits were measured", nameof(measured));
        }

        KernelMeasurement[] kernels = [.. measured.Where(one => one is { Intensity: > 0, IsDefault: true })];
        Plot plot = PlotOf(copy.GigabytesPerSecond, arithmetic.Gigaflops, kernels);
        plot.Title($"{device}: {Figure(copy.GigabytesPerSecond)} GB/s, {Figure(arithmetic.Gigaflops)} GFLOP/s", 15);
        Save(path, plot);
    }

    private static Plot PlotOf(double bytes, double peak, KernelMeasurement[] kernels)
    {
        var plot = new Plot();
        double ridge = peak / bytes;
        double left = Math.Min(ridge / 4, kernels.Select(one => one.Intensity).DefaultIfEmpty(ridge).Min()) / 2;
        double right = Math.Max(ridge * 4, kernels.Select(one => one.Intensity).DefaultIfEmpty(ridge).Max()) * 4;
        double[] roofAt = [Math.Log10(left), Math.Log10(ridge), Math.Log10(right)];
        double[] roofRate = [Math.Log10(left * bytes), Math.Log10(peak), Math.Log10(peak)];
        ScottPlot.Plottables.Scatter roof = plot.Add.ScatterLine(roofAt, roofRate);
        roof.Color = Colors.Black;
        roof.LineWidth = 2;
        double[] placesAt = [.. kernels.Select(one => Math.Log10(one.Intensity))];
        double[] placesRate = [.. kernels.Select(one => Math.Log10(one.Gigaflops))];
        ScottPlot.Plottables.Markers places = plot.Add.Markers(placesAt, placesRate, MarkerShape.FilledCircle, 6);
        places.Color = Colors.SteelBlue;
        foreach (KernelMeasurement one in kernels.OrderByDescending(one => one.Microseconds).Take(NamesAtMost))
        {
            ScottPlot.Plottables.Text name = plot.Add.Text(
                one.Name, Math.Log10(one.Intensity), Math.Log10(one.Gigaflops));
            name.LabelFontSize = 10;
            name.OffsetX = 5;
        }

        double lowest = kernels.Select(one => one.Gigaflops).Append(left * bytes).Min();
        plot.Axes.SetLimits(
            Math.Log10(left), Math.Log10(right), Math.Log10(lowest) - 0.2, Math.Log10(peak) + 0.3);
        plot.XLabel("operations a byte of compulsory traffic", 13);
        plot.YLabel("GFLOP/s", 13);
        plot.Axes.Bottom.TickGenerator = Decades();
        plot.Axes.Left.TickGenerator = Decades();
        return plot;
    }

    private static ScottPlot.TickGenerators.NumericManual Decades()
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int power = -6; power <= 7; power++)
        {
            ticks.AddMajor(power, Figure(Math.Pow(10, power)));
        }

        return ticks;
    }

    private static string Figure(double value) => value >= 10
        ? value.ToString("#,0", CultureInfo.InvariantCulture)
        : value.ToString("G2", CultureInfo.InvariantCulture);

    private static void Save(string path, Plot plot)
    {
        var whole = new PixelRect(0, Width, Height, 0);
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
        {
            using var image = new MemoryStream();
            using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(Width, Height), image))
            {
                plot.Render(canvas, whole);
            }

            AtomicFile.Write(path, stream => stream.Write(image.ToArray()));
            return;
        }

        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        plot.Render(surface.Canvas, whole);
        using SKImage snapshot = surface.Snapshot();
        using SKData png = snapshot.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }
}
