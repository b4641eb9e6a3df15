using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Explorers;

/// <summary>How much of a network and of its training fits a page.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Keep">The most channels or units of a layer that are kept.</param>
/// <param name="Clips">Clips of a mini-batch.</param>
/// <param name="Steps">Steps recorded.</param>
public sealed record ExplorerSize(int Keep, int Clips, int Steps)
{
    /// <summary>Keeps everything.</summary>
    public const int All = int.MaxValue;

    // A sum over clips teaches more than a fourth filter.
    private const int FewChannels = 3;

    private static readonly int[] Keeps = [All, 64, 48, 32, 24, 20, 16, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1];

    /// <summary>Steps that were asked for; 0 where nobody says.</summary>
    public int StepsAsked { get; private init; }

    /// <summary>Clips that were asked for; 0 where nobody says.</summary>
    public int ClipsAsked { get; private init; }

    /// <summary>
    /// The most that fits: of channels at least three while there are clips to leave out, then two, then fewer
    /// steps.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="clips">Clips of a mini-batch.</param>
    /// <param name="mayDropClips">True where fewer may be taken.</param>
    public static ExplorerSize Of(NetworkGraph graph, ExplorerOptions options, int clips, bool mayDropClips)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Keep is { } keep)
        {
            return new ExplorerSize(keep, clips, options.Steps);
        }

        for (int steps = options.Steps; ; steps /= 2)
        {
            int fewest = mayDropClips ? 1 : clips;
            for (int batch = clips; batch >= fewest; batch /= 2)
            {
                int least = batch / 2 >= fewest && batch > 2 ? FewChannels : steps > 1 ? 2 : 1;
                foreach (int channels in Keeps.Where(one => one >= least))
                {
                    var kept = new KeptNumbers(graph, batch, channels, ["", ""], _ => 0);
                    if (kept.BytesFor(steps) <= ExplorerOptions.MostBytes || (steps == 1 && channels == 1))
                    {
                        return new ExplorerSize(channels, batch, steps)
                        {
                            StepsAsked = options.Steps,
                            ClipsAsked = clips,
                        };
                    }
                }
            }
        }
    }
}
