// Which stretches of a clip a network is given, where it is not given whole clips.
using System.Globalization;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Training;

/// <summary>Stretches of clips.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clip">The features of a whole clip, [C, T].</param>
/// <param name="Frames">Time steps L of a stretch.</param>
/// <param name="TestCrops">How many of them are averaged in validation and use.</param>
public sealed record Cropping(Shape Clip, int Frames, int TestCrops)
{
    /// <summary>What options come to; null where they ask for whole clips, or for no less.</summary>
    /// <param name="format">Features and clip length.</param>
    /// <param name="training">The seconds of a stretch, and how many.</param>
    public static Cropping? Of(ClipFormat format, TrainingOptions training)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(training);
        double samples = training.CropSeconds * format.Features.SampleRate;
        return training.CropSeconds == 0 || samples >= format.ClipSamples
            ? null
            : new Cropping(
                new Shape(format.Channels, format.Frames),
                Math.Clamp((int)Math.Round(samples / format.ClipSamples * format.Frames), 1, format.Frames),
                training.TestCrops);
    }

    /// <summary>Where a stretch begins, of those that are averaged; see <see cref="TimeCrop"/>.</summary>
    /// <param name="index">Which, from 0.</param>
    public int StartOf(int index) => TimeCrop.StartOf(index, TestCrops, Clip[1] - Frames);

    /// <summary>Why options make no sense for clips; null where they do.</summary>
    /// <param name="training">The options.</param>
    /// <param name="clipSeconds">The clips' length.</param>
    public static string? WhyNot(TrainingOptions training, double clipSeconds)
    {
        ArgumentNullException.ThrowIfNull(training);
        return training.TestCrops > 1 && (training.CropSeconds == 0 || training.CropSeconds >= clipSeconds)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{training.TestCrops} test crops of clips of {clipSeconds:0.###} s need crops that are shorter")
            : null;
    }
}
