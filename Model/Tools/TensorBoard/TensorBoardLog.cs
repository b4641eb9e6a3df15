// The event file of a run, for TensorBoard: a point an epoch of each curve, and the confusion matrix of the end as an
// image. A resumed run goes on with the file: what it does again is taken out of it first, and what the file lacks is
// taken from metrics.jsonl, so that each epoch is there once, however often the run was stopped.
using NativeCnn.Model.Formats;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Pictures;
using SkiaSharp;

namespace NativeCnn.Tools.TensorBoard;

/// <summary>Writes the event file of a run folder.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class TensorBoardLog
{
    private const string Version = "brain.Event:2";
    private const string Confusion = "confusion/validation";

    private readonly RunFolder run;
    private int lastEpoch;
    private (long Step, long Start)? lastImage;

    private TensorBoardLog(RunFolder run) => this.run = run;

    /// <summary>Whether a run has an event file.</summary>
    /// <param name="folder">The run folder.</param>
    public static bool IsIn(string folder) => File.Exists(RunFolder.At(folder).EventsPath);

    /// <summary>Begins the file, or goes on with the one that is there.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="doneEpochs">Epochs of the run that are done; points of later ones are taken out.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static TensorBoardLog Begin(string folder, int doneEpochs)
    {
        var log = new TensorBoardLog(RunFolder.At(folder));
        string path = log.run.EventsPath;
        Writing(path, () =>
        {
            using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            long end = doneEpochs > 0 ? log.Take(file, doneEpochs) : 0;
            file.SetLength(end);
            file.Position = end;
            if (end == 0)
            {
                file.Write(EventFrames.Of(new Event { WallTime = Now(), FileVersion = Version }));
            }
        });
        return log;
    }

    /// <summary>Adds an epoch; those before it that the file lacks come from metrics.jsonl.</summary>
    /// <param name="epoch">The epoch, which metrics.jsonl has already.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Add(EpochMetrics epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        EpochMetrics[] lacking = epoch.Epoch == lastEpoch + 1 ? [epoch]
            : [.. MetricsLog.Read(run.MetricsPath).Where(one => one.Epoch > lastEpoch && one.Epoch <= epoch.Epoch)];

        // An epoch of long ago ended as long ago as those after it took.
        double end = Now() - lacking.Skip(1).Sum(one => one.Seconds ?? 0);
        for (int i = 0; i < lacking.Length; i++)
        {
            Append(PointsOf(lacking[i], end));
            end += i + 1 < lacking.Length ? lacking[i + 1].Seconds ?? 0 : 0;
        }

        lastEpoch = epoch.Epoch;
    }

    /// <summary>Adds the confusion matrix of the validation clips, in place of one of the same epoch.</summary>
    /// <param name="confusion">The counts.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Add(ConfusionMatrix confusion, IReadOnlyList<string> labels)
    {
        if (lastImage is { } before && before.Step == lastEpoch)
        {
            Writing(run.EventsPath, () =>
            {
                using FileStream file = new(run.EventsPath, FileMode.Open, FileAccess.Write, FileShare.Read);
                file.SetLength(before.Start);
            });
        }

        byte[] png = ConfusionPicture.Png(confusion, labels);
        SKImageInfo size = SKBitmap.DecodeBounds(png);
        var image = new Summary.Types.Image
        {
            Width = size.Width,
            Height = size.Height,
            Colorspace = 4,
            EncodedImageString = Google.Protobuf.ByteString.CopyFrom(png),
        };
        var one = new Event { WallTime = Now(), Step = lastEpoch, Summary = new Summary() };
        one.Summary.Value.Add(new Summary.Types.Value { Tag = Confusion, Image = image });
        lastImage = (lastEpoch, Append(one));
    }

    /// <summary>Notes what is in a file, up to the first record of a later epoch; gives where that begins.</summary>
    private long Take(FileStream file, int doneEpochs)
    {
        long end = 0;
        foreach ((Event one, long start, long next) in EventFrames.Read(file))
        {
            bool isFirst = one.WhatCase == Event.WhatOneofCase.FileVersion;
            if (isFirst != (start == 0) || one.Step > doneEpochs)
            {
                break;
            }

            if (one.Summary?.Value.Any(value => value.Image is not null) == true)
            {
                lastImage = (one.Step, start);
            }

            lastEpoch = (int)one.Step;
            end = next;
        }

        return end;
    }

    private long Append(Event one)
    {
        long start = 0;
        Writing(run.EventsPath, () =>
        {
            using FileStream file = new(run.EventsPath, FileMode.Append, FileAccess.Write, FileShare.Read);
            start = file.Position;
            file.Write(EventFrames.Of(one));
        });
        return start;
    }

    private static Event PointsOf(EpochMetrics epoch, double wallTime)
    {
        var one = new Event { WallTime = wallTime, Step = epoch.Epoch, Summary = new Summary() };
        foreach ((string tag, double? value) in new[]
        {
            ("loss/training", epoch.Loss), ("loss/validation", epoch.ValidationLoss),
            ("accuracy/training", epoch.Accuracy), ("accuracy/validation", epoch.ValidationAccuracy),
            ("learning_rate", epoch.LearningRate), ("f1/validation", epoch.ValidationF1),
            ("map/validation", epoch.ValidationMap),
        })
        {
            if (value is { } measured)
            {
                one.Summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)measured });
            }
        }

        return one;
    }

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private static void Writing(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (FileWriteException.Of(path, error) is { } named)
        {
            throw named;
        }
    }
}
