namespace NativeCnn.Engine.Operators;

/// <summary>
/// How many short clips a host body lays side by side, so that vectors do not end with each of them. What is computed
/// for a clip does not depend on it.
/// </summary>
internal static class ClipUnits
{
    /// <summary>The number of clips that lets the busiest worker end first.</summary>
    /// <param name="batch">Clips.</param>
    /// <param name="width">Columns of a clip, with the gap behind it.</param>
    /// <param name="gap">Columns of the gap, which the last clip does without.</param>
    /// <param name="most">Columns that there is room for; one clip may have more.</param>
    /// <param name="workers">Workers.</param>
    public static int Choose(int batch, int width, int gap, int most, int workers)
    {
        int best = 1;
        double least = double.PositiveInfinity;
        for (int clips = 1; clips <= batch && (clips == 1 || (clips * width) - gap <= most); clips++)
        {
            // A unit costs its vectors, and a little of its own; the busiest worker does its units one by one.
            double vectors = (((clips * width) - gap + ConvolutionTiles.Lanes - 1) / ConvolutionTiles.Lanes) + 0.25;
            int units = (batch + clips - 1) / clips;
            double cost = (units + workers - 1) / workers * vectors;
            if (cost < least)
            {
                (best, least) = (clips, cost);
            }
        }

        return best;
    }
}
