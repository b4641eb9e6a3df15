// A confusion matrix as a picture: a row a true class, a column a predicted one, as light as the share of the row. PNG,
// drawn by ScottPlot without a display.
using System.Globalization;
using NativeCnn.Model.Metrics;
using ScottPlot;

namespace NativeCnn.Tools.Pictures;

/// <summary>Draws confusion matrices.</summary>
public static class ConfusionPicture
{
    private const int Least = 480;
    private const int Most = 1000;
    private const int Margin = 160;
    private const int PixelsAClass = 32;

    // More names than these cannot be read, nor more counts.
    private const int MostNames = 60;
    private const int MostCounts = 20;

    /// <summary>The picture as a PNG file.</summary>
    /// <param name="confusion">The counts.</param>
    /// <param name="labels">The classes, as many as the matrix has.</param>
    public static byte[] Png(ConfusionMatrix confusion, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        ArgumentNullException.ThrowIfNull(labels);
        int classes = confusion.Classes;
        double[,] shares = new double[classes, classes];
        var plot = new Plot();
        for (int truth = 0; truth < classes; truth++)
        {
            int clips = confusion.CountOfTruth(truth);
            for (int predicted = 0; predicted < classes; predicted++)
            {
                int count = confusion[truth, predicted];
                shares[truth, predicted] = clips == 0 ? 0 : (double)count / clips;
            }
        }

        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.ManualRange = new ScottPlot.Range(0, 1);
        plot.Add.ColorBar(map).Label = "share of the true class";
        if (classes <= MostCounts)
        {
            AddCounts(plot, confusion, shares);
        }

        plot.Title(string.Create(
            CultureInfo.InvariantCulture, $"{confusion.Correct:#,0} of {confusion.Total:#,0} validation clips right"));
        plot.XLabel("predicted");
        plot.YLabel("true");
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        if (classes <= MostNames)
        {
            Name(plot, labels);
        }

        int side = Math.Clamp(Margin + (classes * PixelsAClass), Least, Most);
        return plot.GetImageBytes(side + Margin, side, ImageFormat.Png);
    }

    private static void AddCounts(Plot plot, ConfusionMatrix confusion, double[,] shares)
    {
        int classes = confusion.Classes;
        for (int truth = 0; truth < classes; truth++)
        {
            for (int predicted = 0; predicted < classes; predicted++)
            {
                if (confusion[truth, predicted] is > 0 and var count)
                {
                    ScottPlot.Plottables.Text text = plot.Add.Text(
                        count.ToString(CultureInfo.InvariantCulture), predicted, classes - 1 - truth);
                    text.LabelAlignment = Alignment.MiddleCenter;
                    text.LabelFontColor = shares[truth, predicted] > 0.6 ? Colors.Black : Colors.White;
                }
            }
        }
    }

    // The first row is at the top.
    private static void Name(Plot plot, IReadOnlyList<string> labels)
    {
        var left = new ScottPlot.TickGenerators.NumericManual();
        var bottom = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < labels.Count; i++)
        {
            left.AddMajor(labels.Count - 1 - i, labels[i]);
            bottom.AddMajor(i, labels[i]);
        }

        plot.Axes.Left.TickGenerator = left;
        plot.Axes.Bottom.TickGenerator = bottom;
        plot.Axes.Bottom.TickLabelStyle.Rotation = 90;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
        plot.Axes.Bottom.MinimumSize = 40 + (7 * labels.Max(label => label.Length));
    }
}
