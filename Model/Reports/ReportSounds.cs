// Reads clips again to be heard and seen: at the rate and of the length that the network is given, as 16-bit WAV, with
// their log mel spectrogram. It is done on a host device of its own, whose memory goes back when it is done.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Reports;

/// <summary>Makes the sounds and pictures of a report.</summary>
internal static class ReportSounds
{
    // Columns of a picture: more are not seen.
    private const int MostFrames = 300;

    private const double RangeDecibels = 60;

    /// <summary>
    /// Adds what can be heard and seen to the mistakes of a report, and to the hardest clips that are not among them.
    /// </summary>
    /// <param name="clips">The clips.</param>
    /// <param name="reader">Gives their samples.</param>
    /// <param name="format">What the network is given of them.</param>
    /// <param name="room">Bytes of a page that sounds and pictures may take.</param>
    /// <param name="patience">When no further clip is read; null for never.</param>
    public static ReportClips AddTo(
        ReportClips clips, IClipReader reader, ClipFormat format, long room, TimeSpan? patience = null)
    {
        HashSet<ClipEntry> shown = [.. clips.Mistakes.Select(clip => clip.Entry)];
        HashSet<ClipEntry> heard =
        [
            .. clips.Hardest.Select(clip => clip.Entry).Where(entry => !shown.Contains(entry))
                .Take(ReportClips.MostHeard),
        ];
        if (shown.Count + heard.Count == 0)
        {
            return clips with { HasSounds = true };
        }

        var clock = Stopwatch.StartNew();
        using ComputeDevice host = ComputeDevice.Open("cpu", workers: 1);
        return clips with
        {
            Mistakes = [.. clips.Mistakes.Select(WithSound)],
            Hardest = [.. clips.Hardest.Select(clip => heard.Contains(clip.Entry) ? WithSound(clip) : clip)],
            HasSounds = true,
        };

        ReportClip WithSound(ReportClip clip) => clock.Elapsed > patience || room <= 0 ? clip
            : clip with { Sound = TryMake(clip.Entry, reader, format, host, ref room) };
    }

    /// <summary>How many characters of a page some bytes take.</summary>
    public static long SizeOf(byte[]? content) => content is null ? 0 : (content.LongLength + 2) / 3 * 4;

    private static ReportSound? TryMake(
        ClipEntry entry, IClipReader reader, ClipFormat format, ComputeDevice host, ref long room)
    {
        AudioClip clip;
        try
        {
            clip = reader.Read(entry);
        }
        catch (Exception error) when (error is AudioFormatException or IOException or UnauthorizedAccessException)
        {
            return null; // gone since, or damaged meanwhile
        }

        int rate = format.Features.SampleRate;
        float[] samples = SamplesOf(clip, format, host);
        if (samples.Length == 0)
        {
            return null;
        }

        double heard = (double)samples.Length / rate;
        (byte[] picture, string label) = Draw(samples, rate, host);
        byte[]? wav = WavWriter.EncodePcm16(samples, rate);
        room -= SizeOf(picture);
        if (room < 0)
        {
            return null;
        }

        if (SizeOf(wav) > room)
        {
            wav = null;
        }

        room -= SizeOf(wav);
        return new ReportSound(
            picture, label, wav,
            clip.Seconds > heard + 0.001
                ? Html.Invariant($"the first {heard:0.00} s of {clip.Seconds:0.00} s, as the network is given them")
                : Html.Invariant($"{heard:0.00} s"));
    }

    /// <summary>The beginning of a clip at the network's rate, finite.</summary>
    private static float[] SamplesOf(AudioClip clip, ClipFormat format, ComputeDevice host)
    {
        int rate = format.Features.SampleRate;
        int outputs = Math.Min(
            format.ClipSamples, Resample.OutputLength(clip.Samples.Length, clip.SampleRate, rate));
        if (outputs == 0 || !Resample.IsFeasible(clip.SampleRate, rate, outputs))
        {
            return [];
        }

        int needed = Math.Min(clip.Samples.Length, Resample.InputLength(outputs, clip.SampleRate, rate));
        float[] samples = clip.Samples[..needed];
        if (clip.SampleRate != rate)
        {
            var resample = new Resample(host, samples.Length, clip.SampleRate, rate, outputs: outputs);
            Tensor<float> there = host.Allocate<float>(new Shape(1, outputs));
            resample.Forward(host.Upload<float>(new Shape(1, samples.Length), samples), there);
            samples = there.ToArray();
        }

        return Array.ConvertAll(samples[..outputs], sample => float.IsFinite(sample) ? sample : 0);
    }

    private static (byte[] Picture, string Label) Draw(float[] samples, int rate, ComputeDevice host)
    {
        FeatureOptions options = FeatureOptions.LogMel(rate);
        options = options with { HopLength = Math.Max(options.HopLength, samples.Length / MostFrames) };
        // A clip that is shorter than a frame has silence behind it.
        Array.Resize(ref samples, Math.Max(samples.Length, options.FrameLength));
        var extractor = new FeatureExtractor(host, options, 1, samples.Length);
        Tensor<float> features = host.Allocate<float>(extractor.Output);
        extractor.Extract(host.Upload<float>(new Shape(1, samples.Length), samples), features);
        float[] levels = features.ToArray();
        float loudest = levels.Max();
        return (
            SpectrogramPng.Of(levels, extractor.Coefficients, loudest - RangeDecibels, loudest),
            Html.Invariant(
                $"Log mel spectrogram: {extractor.Coefficients} bands from {options.MinFrequency:0} to ") +
            Html.Invariant(
                $"{options.EffectiveMaxFrequency:#,0} Hz, {(double)samples.Length / rate:0.00} s, the loudest 60 dB"));
    }
}
