using System.Globalization;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.TensorBoard;
using SkiaSharp;

namespace NativeCnn.Tests.Cli;

/// <summary><c>train --tensorboard</c>: the event file, read back by a reader of the tests' own.</summary>
public class TensorBoardTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private static readonly string[] Tags =
        ["loss/training", "loss/validation", "accuracy/training", "accuracy/validation", "learning_rate"];

    [Fact]
    public void EventFile_OfARun_HasAPointAnEpochOfEachCurveAndTheConfusions()
    {
        trained.Train("events", 3, "--tensorboard").Succeeded();

        TensorBoardFile file = ExpectPointsOfMetrics("events", epochs: 3);

        Assert.Equal("brain.Event:2", file.Version);
        TensorBoardValue image = Assert.Single(file.Values, value => value.Png is not null);
        Assert.Equal(("confusion/validation", 3L), (image.Tag, image.Step));
        using SKBitmap picture = SKBitmap.Decode(image.Png);
        Assert.InRange(picture.Width, 300, 2000);
        Assert.True(picture.Pixels.Distinct().Count() > 10, "the picture is of one colour");
        Assert.True(file.Values.Zip(file.Values.Skip(1)).All(pair => pair.First.WallTime <= pair.Second.WallTime));
    }

    [Fact]
    public void EventFile_OfAResumedRun_HasEachEpochOnce()
    {
        trained.Train("broken", 2, "--tensorboard").Succeeded();

        // As of a process that was killed within the third epoch: a point too many, and half a record.
        string path = RunFolder.At(trained["broken"]).EventsPath;
        var log = TensorBoardLog.Begin(trained["broken"], 2);
        log.Add(new EpochMetrics(3, 9, 9, 9, 9, 9, 9));
        File.AppendAllText(path, "half a record");

        // Nothing asks for it again: the run has one.
        CliRun.Of("train", "--resume", trained["broken"], "--epochs", "4", "--json").Succeeded();

        TensorBoardFile file = ExpectPointsOfMetrics("broken", epochs: 4);
        Assert.Equal([2L, 4L], file.Values.Where(value => value.Png is not null).Select(value => value.Step));

        // With nothing left to do, the confusions of the last epoch take the place of those that are there.
        CliRun.Of("train", "--resume", trained["broken"], "--json").Succeeded();
        file = ExpectPointsOfMetrics("broken", epochs: 4);
        Assert.Equal([2L, 4L], file.Values.Where(value => value.Png is not null).Select(value => value.Step));
    }

    [Fact]
    public void EventFile_AskedForOnlyWhenResuming_HasTheEpochsBefore()
    {
        trained.Train("late", 2).Succeeded();
        Assert.False(File.Exists(RunFolder.At(trained["late"]).EventsPath));

        CliRun.Of("train", "--resume", trained["late"], "--epochs", "3", "--tensorboard", "--json").Succeeded();

        ExpectPointsOfMetrics("late", epochs: 3);
    }

    [Fact]
    public void EventFile_OfAnEarlierRunInTheFolder_IsGoneWithIt()
    {
        trained.Train("again", 1, "--tensorboard").Succeeded();
        trained.Train("again", 2, "--force").Succeeded();
        Assert.False(File.Exists(RunFolder.At(trained["again"]).EventsPath));
    }

    private TensorBoardFile ExpectPointsOfMetrics(string run, int epochs)
    {
        RunFolder folder = RunFolder.At(trained[run]);
        var file = TensorBoardFile.Read(folder.EventsPath);
        IReadOnlyList<EpochMetrics> metrics = MetricsLog.Read(folder.MetricsPath);
        Assert.Equal(epochs, metrics.Count);
        Assert.Equal(
            metrics.SelectMany(one => Tags.Zip(
                new[] { one.Loss, one.ValidationLoss, one.Accuracy, one.ValidationAccuracy, one.LearningRate },
                (tag, value) => Line(one.Epoch, tag, (float)value))),
            file.Values.Where(value => value.Scalar is not null)
                .Select(value => Line(value.Step, value.Tag, value.Scalar!.Value)));
        return file;

        static string Line(long step, string tag, float value) =>
            string.Create(CultureInfo.InvariantCulture, $"{step} {tag} {value:R}");
    }
}
