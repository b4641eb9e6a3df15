using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Model.Reports;

/// <summary>Reports of trainings that never were, with any number of classes.</summary>
internal static class MadeUp
{
    public const int SampleRate = 16_000;

    /// <summary>A report with everything but a network.</summary>
    /// <param name="classes">Classes.</param>
    /// <param name="seconds">The length of each clip.</param>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="clipsOfAClass">Validation clips of a class.</param>
    public static RunReport Report(int classes, double seconds = 1, int epochs = 25, int clipsOfAClass = 4)
    {
        string[] labels = Labels(classes);
        (ClipPredictions predictions, ClipEntry[] entries) = Predictions(labels, clipsOfAClass);
        ConfusionMatrix confusion = predictions.ToConfusion()!;
        RunReport report = new()
        {
            Title = $"made-up, {classes} classes",
            Status = $"Finished after epoch {epochs} of {epochs}; the weights of epoch {epochs - 3} are kept.",
            Epochs = [.. Enumerable.Range(1, epochs).Select(Epoch)],
            BestEpoch = Math.Max(1, epochs - 3),
            Labels = labels,
            MeasuredOn = $"{entries.Length} validation clips, by the weights of epoch {epochs - 3}",
            Confusion = confusion,
            Evaluation = ClassificationReport.From(confusion, labels, 0.7),
            TrainedOn = [.. labels.Select((_, i) => 20 + (i % 7))],
            Clips = ReportClips.Of(predictions, entries, labels),
            Duplicates =
            [
                new(
                [
                    new(entries[0].RelativePath, labels[0], SplitPart.Train),
                    new("copy.wav", labels[^1], SplitPart.Validation),
                ]),
                new([new("b.wav", labels[0], SplitPart.Train), new("c.wav", labels[0], SplitPart.Train)]),
            ],
            Data = [new("data", "sounds/"), new("clips", "12,345"), new("features", "log mel bands: 40 rows")],
            Notes = ["3 speakers are on both sides of the split, 'anna' for one: the result flatters"],
            Times = new TrainingTimes(),
            Settings = [.. Enumerable.Range(0, 80).Select(i => new ReportFact($"training.setting_{i}", $"{i}"))],
            Machine = [new("device", "cpu: a processor"), new("processors", "2")],
            Command = "nativecnn train --data 'my sounds/' --epochs 25",
        };
        return report with
        {
            Clips = ReportSounds.AddTo(
                report.Clips, new Sounds(seconds),
                new ClipFormat(FeatureOptions.LogMel(SampleRate), (int)(seconds * SampleRate)),
                ReportWriter.RoomFor(report)),
        };
    }

    /// <summary>Names as data sets have them: long ones, other scripts, what HTML would take for its own.</summary>
    public static string[] Labels(int classes)
    {
        string[] odd =
            ["<b>bold</b> & \"quoted\"", "مرحبا", "air_conditioner_in_a_distant_room", "\u001b[31mred", "😀"];
        return [.. Enumerable.Range(0, classes).Select(i => i < odd.Length ? odd[i] : $"class {i:000}")];
    }

    /// <summary>Predictions of which about a third are wrong, nearer classes more often.</summary>
    public static (ClipPredictions Predictions, ClipEntry[] Entries) Predictions(string[] labels, int clipsOfAClass)
    {
        Random random = new(7);
        ClipPredictions predictions = new(labels.Length, keepProbabilities: true);
        List<ClipEntry> entries = [];
        for (int i = 0; i < labels.Length * clipsOfAClass; i++)
        {
            int truth = i % labels.Length;
            float[] logits = [.. labels.Select(_ => (float)random.NextDouble() * 2)];
            logits[truth] += 3;
            int other = (truth + 1 + (int)(random.NextDouble() * random.NextDouble() * labels.Length)) % labels.Length;
            logits[other] += (float)random.NextDouble() * 6;
            predictions.AddLogits(truth, logits);
            entries.Add(new ClipEntry(
                $"/sounds/{i}.wav", $"a rather long folder/{labels[truth]}/recording_{i:0000}.wav", truth,
                labels[truth], null, null, ClipColumns.None));
        }

        return (predictions, [.. entries]);
    }

    public static EpochMetrics Epoch(int epoch) => new(
        epoch, 3.0 / epoch, 1 - (0.8 / epoch), 0.2 + (3.5 / epoch), 0.95 - (0.75 / epoch), 0.001 / epoch, 1.5);

    /// <summary>Built-in sounds under any name.</summary>
    private sealed class Sounds(double seconds) : IClipReader
    {
        public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default) => new(
            SoundSynthesizer.Generate(
                entry.LabelIndex % SoundSynthesizer.Classes.Count, entry.LabelIndex, SampleRate, seconds, 3),
            SampleRate, 1, 16, AudioEncoding.Pcm);
    }
}
