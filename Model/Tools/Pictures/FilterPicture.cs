// The filters of a first convolution as PNG or SVG: each a heat map, a row a channel and a column a tap; of filters
// that read samples, each its taps as a curve, and below them all frequency responses, a row a filter by its peak.
using System.Globalization;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Inspection;
using SkiaSharp;

namespace NativeCnn.Tools.Pictures;

/// <summary>Draws filters.</summary>
public static class FilterPicture
{
    /// <summary>Filters beyond these are not drawn, which the title says.</summary>
    public const int Most = 256;

    private const int Width = 1200;
    private const int Columns = 8;
    private const int Margin = 40;
    private const int Gap = 16;
    private const int Caption = 18;
    private const int TileWidth = (Width - (2 * Margin) - ((Columns - 1) * Gap)) / Columns;
    private const int CurveHeight = 60;
    private const int MapHeight = 420;
    private const int MapLeft = 90;

    private static readonly SKTypeface Face = SKTypeface.Default;

    /// <summary>Draws them.</summary>
    /// <param name="path">A .png or .svg file; its folder must exist.</param>
    /// <param name="title">What stands above them.</param>
    /// <param name="filters">The filters.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Draw(string path, string title, FirstFilters filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        int count = Math.Min(Most, filters.Filters);
        int tile = filters.Response is null ? Math.Clamp(filters.Channels * 4, 24, 240) : CurveHeight;
        int rows = (count + Columns - 1) / Columns;
        int tiles = Margin + 30 + (rows * (tile + Caption + Gap));
        int height = tiles + (filters.Response is null ? Margin / 2 : MapHeight + 90);
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
        {
            using var image = new MemoryStream();
            using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(Width, height), image))
            {
                DrawAll(canvas, height);
            }

            AtomicFile.Write(path, stream => stream.Write(image.ToArray()));
            return;
        }

        using var surface = SKSurface.Create(new SKImageInfo(Width, height));
        DrawAll(surface.Canvas, height);
        using SKImage snapshot = surface.Snapshot();
        using SKData png = snapshot.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);

        void DrawAll(SKCanvas canvas, int height)
        {
            using var white = new SKPaint { Color = SKColors.White };
            canvas.DrawRect(SKRect.Create(Width, height), white);
            Text(canvas, TitleOf(title, filters), Margin, Margin, 18);
            float largest = filters.Values.Select(Math.Abs).Where(float.IsFinite).DefaultIfEmpty().Max();
            for (int filter = 0; filter < count; filter++)
            {
                float left = Margin + (filter % Columns * (TileWidth + Gap));
                float top = Margin + 30 + (filter / Columns * (tile + Caption + Gap));
                var place = SKRect.Create(left, top, TileWidth, tile);
                if (filters.Response is null)
                {
                    using SKBitmap map = FilterColors.Weights(filters, filter, largest);
                    DrawMap(canvas, map, place);
                    Text(canvas, Figure(filter), left, top + tile + 13, 12);
                }
                else
                {
                    DrawCurve(canvas, filters.TapsOf(filter, channel: 0), largest, place);
                    Text(canvas, $"{Figure(filter)}: {Figure(filters.PeakOf(filter))} Hz", left, top + tile + 13, 12);
                }
            }

            if (filters.Response is not null)
            {
                DrawResponses(canvas, filters, count, tiles + 30);
            }
        }
    }

    /// <summary>What the picture is of, and what of it is left out.</summary>
    internal static string TitleOf(string title, FirstFilters filters) => string.Create(
        CultureInfo.InvariantCulture,
        $"{title}: {filters.Name}, {filters.Filters} filters of {filters.Channels} x {filters.Taps}") +
        (filters.Filters > Most ? $" (the first {Most})" : "");

    private static void DrawMap(SKCanvas canvas, SKBitmap map, SKRect place)
    {
        // As rectangles: an image that is made larger is smoothed by some programs.
        using var paint = new SKPaint { IsAntialias = false };
        (float width, float height) = (place.Width / map.Width, place.Height / map.Height);
        for (int row = 0; row < map.Height; row++)
        {
            for (int column = 0; column < map.Width; column++)
            {
                paint.Color = map.GetPixel(column, row);
                canvas.DrawRect(
                    place.Left + (column * width), place.Top + (row * height), width + 0.3f, height + 0.3f, paint);
            }
        }
    }

    private static void DrawCurve(SKCanvas canvas, ReadOnlySpan<float> taps, float largest, SKRect place)
    {
        using var line = new SKPaint { Color = new SKColor(0xDD, 0xDD, 0xDD), StrokeWidth = 1 };
        canvas.DrawLine(place.Left, place.MidY, place.Right, place.MidY, line);
        using var path = new SKPath();
        for (int tap = 0; tap < taps.Length; tap++)
        {
            float x = place.Left + (place.Width * (tap + 0.5f) / taps.Length);
            float value = float.IsFinite(taps[tap]) && largest > 0 ? taps[tap] / largest : 0;
            float y = place.MidY - (value * place.Height / 2);
            if (tap == 0)
            {
                path.MoveTo(x, y);
            }
            else
            {
                path.LineTo(x, y);
            }
        }

        using var pen = new SKPaint
        {
            Color = new SKColor(0x25, 0x63, 0xEB),
            StrokeWidth = 1.5f,
            Style = SKPaintStyle.Stroke,
            IsAntialias = true,
        };
        canvas.DrawPath(path, pen);
    }

    private static void DrawResponses(SKCanvas canvas, FirstFilters filters, int count, int top)
    {
        Text(
            canvas, $"frequency responses: white 0 dB, each one's largest, to {FirstFilters.Floor} dB, black; " +
            "a row a filter, by its peak", Margin, top - 10, 14);
        using SKBitmap map = FilterColors.Responses(filters, count);
        var place = SKRect.Create(MapLeft, top, Width - MapLeft - Margin, MapHeight);
        DrawMap(canvas, map, place);
        for (int step = 0; step <= 4; step++)
        {
            double hertz = filters.SampleRate!.Value / 2.0 * step / 4;
            string text = step == 4 ? $"{Figure(hertz)} Hz" : Figure(hertz);
            Text(canvas, text, place.Left + (place.Width * step / 4) - (step == 4 ? 50 : 8), place.Bottom + 18, 13);
        }

        Text(canvas, "filters", Margin - 20, place.MidY, 13);
    }

    private static void Text(SKCanvas canvas, string text, float x, float y, float size)
    {
        using var font = new SKFont(Face, size);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.DrawText(text, x, y, font, paint);
    }

    private static string Figure(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
