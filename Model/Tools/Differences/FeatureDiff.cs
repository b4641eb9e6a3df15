// Where our chain and another system's part ways, and the options that explain it.
//
// Stage by stage in the order of the chain: the first one that differs is told, and options are looked for under which
// this stage and those before it agree, then those under which the next one does, and so on. Tried, in this order:
//   1 the reference's own options, where its file names them
//   2 one known change (KnownChanges); where rows or frames are not as many, first what makes them so
//   3 the other presets, and one change of them
//   4 two changes, of the usual ones
// What is found is then reduced: a setting that could as well stay as it is does.
using System.Text.Json;
using System.Text.Json.Nodes;
using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Differences;

/// <summary>Compares our features of a sound with a reference.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FeatureDiff : IDisposable
{
    private const double Rounding = 1.0 / 32768;
    private const int MostTrials = 6000;
    private const double MostSeconds = 6000;
    private const int MostShapes = 60;

    private static readonly int[] UsualRates = [22050, 16000, 8000, 44100, 48000];

    private readonly ReferenceFile reference;
    private readonly FeatureOptions options;
    private readonly double tolerance;
    private readonly ChainProbe probe;
    private readonly List<string> notes = [];
    private readonly List<StageDifference> signalStage = [];
    private readonly int most;

    private FeatureDiff(
        float[] samples, FeatureOptions options, ReferenceFile reference, double tolerance, string device)
    {
        this.reference = reference;
        this.options = options;
        this.tolerance = tolerance;
        float[] used = Padded(SamplesFor(samples));
        probe = new ChainProbe(used, options.SampleRate, device);
        most = (int)Math.Clamp(MostSeconds * options.SampleRate / Math.Max(1, used.Length), 200, MostTrials);
    }

    /// <summary>Compares, and looks for what explains a difference.</summary>
    /// <param name="samples">The sound, at the options' rate.</param>
    /// <param name="options">Our chain.</param>
    /// <param name="reference">What the other system computed.</param>
    /// <param name="tolerance">
    /// How far logarithms and cepstra may be apart, times max(1, |reference|); spectra a tenth of it, times the
    /// largest.
    /// </param>
    /// <param name="device">Where chains are computed.</param>
    public static FeatureDiffResult Compare(
        float[] samples, FeatureOptions options, ReferenceFile reference, double tolerance = 1e-3,
        string device = "cpu")
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(reference);
        using var diff = new FeatureDiff(samples, options, reference, tolerance, device);
        return diff.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();

    private FeatureDiffResult Run()
    {
        if (reference.Note is { } note)
        {
            notes.Add(note);
        }

        List<StageDifference> stages = [.. signalStage];
        stages.AddRange(Differences(options));
        foreach (StageDifference turned in stages.Where(stage => stage.Transposed))
        {
            notes.Add(
                $"layout: {turned.Stage} of the reference is {turned.Theirs.Rows} x {turned.Theirs.Columns}, a frame " +
                $"a row: yours is transposed, {turned.Ours.Rows} x {turned.Ours.Frames}");
        }

        FeatureOptions found = options;
        bool explained = stages.All(stage => stage.Agrees);
        if (!explained)
        {
            (found, explained) = Explain();
            AddHints(stages, explained);
        }

        return new FeatureDiffResult(
            stages, found == options ? [] : ChangesBetween(options, found), explained, probe.Trials, notes);
    }

    /// <summary>The reference's own signal where it has one: rounding to 16 bits is no other chain.</summary>
    private float[] SamplesFor(float[] samples)
    {
        if (reference.Signal is not { } signal)
        {
            return samples;
        }

        var difference = StageDifference.Of(
            new ProbedStage(1, samples.Length, samples), new ReferenceMatrix("signal", 1, signal.Length, signal), 1e-3);
        bool agrees = difference.SameShape && difference.Largest <= Rounding;
        signalStage.Add(
            difference with { Agrees = agrees, Transposed = false, Beyond = agrees ? 0 : difference.Beyond });
        if (!agrees)
        {
            notes.Add("the sound is not the reference's; from here on its own signal is used");
        }

        return signal;
    }

    /// <summary>The samples with the silence around them that the reference's <c>pad</c> asks for.</summary>
    private float[] Padded(float[] samples)
    {
        if (reference.Chain is not { PadSamples: > 0 and int pad })
        {
            return samples;
        }

        notes.Add($"the reference has pad {pad}: so many zeros are put before and behind the sound");
        float[] silence = new float[pad];
        return [.. silence, .. samples, .. silence];
    }

    private List<StageDifference> Differences(FeatureOptions of)
    {
        Dictionary<string, ProbedStage> ours =
            probe.Compute(of, [.. reference.Matrices.Select(matrix => matrix.Stage)]);
        return
        [
            .. reference.Matrices.Select(matrix =>
                StageDifference.Of(ours.GetValueOrDefault(matrix.Stage), matrix, tolerance)),
        ];
    }

    /// <summary>How many stages agree before the first that does not.</summary>
    private int Agreeing(FeatureOptions of)
    {
        if (!KnownChanges.IsValid(of) || probe.FramesOf(of) < of.LeastFrames)
        {
            return -1;
        }

        List<StageDifference> stages = Differences(of);
        int first = stages.FindIndex(stage => !stage.Agrees);
        return first < 0 ? stages.Count : first;
    }

    private (FeatureOptions Found, bool Explained) Explain()
    {
        int all = reference.Matrices.Count;
        FeatureOptions current = options;
        int reached = Agreeing(current);
        if (reference.Chain is { } chain)
        {
            // Deltas and the kind of features are no options of theirs.
            FeatureOptions theirs = chain.Options with { Kind = options.Kind, Deltas = options.Deltas };
            int agreeing = Agreeing(theirs);
            if (agreeing > reached)
            {
                (current, reached) = (theirs, agreeing);
            }
        }

        while (reached < all && Next(current, reached) is { } next)
        {
            (current, reached) = next;
        }

        return (Reduce(current, reached), reached == all);
    }

    /// <summary>Options under which more stages agree, or null.</summary>
    private (FeatureOptions Found, int Reached)? Next(FeatureOptions current, int reached)
    {
        ReferenceMatrix stage = reference.Matrices[reached];
        List<FeatureOptions> shapes = Shapes(current, stage);
        FeatureOptions[] presets =
        [
            .. FeaturePresets.All.Select(preset => preset.Create(current.SampleRate) with { Deltas = current.Deltas })
                .Where(preset => preset != current && KnownChanges.IsValid(preset)),
        ];
        return Best(shapes, reached)
            ?? Best(shapes.Take(8).SelectMany(Singles), reached)
            ?? Best(presets.SelectMany(preset => Shapes(preset, stage).Take(12).Prepend(preset)), reached)
            ?? Best(presets.SelectMany(preset => Shapes(preset, stage).Take(1)).SelectMany(Singles), reached)
            ?? Best(shapes.Take(2).SelectMany(Pairs), reached)
            ?? Best(shapes.Skip(8).SelectMany(Singles), reached);
    }

    /// <summary>Of the candidates, the first under which all stages agree; else the first with most.</summary>
    private (FeatureOptions Found, int Reached)? Best(IEnumerable<FeatureOptions> candidates, int reached)
    {
        (FeatureOptions Found, int Reached)? best = null;
        foreach (FeatureOptions candidate in candidates)
        {
            if (probe.Trials >= most)
            {
                return best;
            }

            int agreeing = Agreeing(candidate);
            if (agreeing > (best?.Reached ?? reached))
            {
                best = (candidate, agreeing);
                if (agreeing == reference.Matrices.Count)
                {
                    return best;
                }
            }
        }

        return best;
    }

    /// <summary>Options under which the stage has the reference's shape, those that change least first.</summary>
    private List<FeatureOptions> Shapes(FeatureOptions current, ReferenceMatrix stage)
    {
        int samples = probe.SamplesAt(current.SampleRate).Length;
        List<FeatureOptions> found = [];
        (int, int)[] layouts = [(stage.Rows, stage.Columns), (stage.Columns, stage.Rows)];
        foreach ((int rows, int frames) in layouts.Distinct())
        {
            IEnumerable<FeatureOptions> cuts = current.Frames(samples) == frames
                ? [current]
                : KnownChanges.OfFrames(current, samples, frames);
            foreach (FeatureOptions cut in cuts)
            {
                found.AddRange(RowsOf(cut, stage.Stage) == rows
                    ? [cut]
                    : KnownChanges.OfRows(cut, stage.Stage, rows)
                        .Where(one => one.Frames(samples) == frames && RowsOf(one, stage.Stage) == rows));
            }
        }

        return
        [
            .. found.Distinct().Where(KnownChanges.IsValid)
                .Select((one, place) => (one, place))
                .OrderBy(pair => pair.one == current ? 0 : ChangesBetween(current, pair.one).Count)
                .ThenBy(pair => pair.place)
                .Select(pair => pair.one)
                .Take(MostShapes),
        ];
    }

    private static int RowsOf(FeatureOptions of, string stage) => stage switch
    {
        "power_spectrogram" or "log_spectrum" => of.Bins,
        "mel" => of.MelBands,
        "log_mel" => of.MelBands + (of.UseEnergy ? 1 : 0),
        "wavelet" => of.TransformLength,
        ReferenceFile.Features => of.Rows,
        _ => of.Coefficients,
    };

    private static IEnumerable<FeatureOptions> Singles(FeatureOptions from) =>
        KnownChanges.Of(from).Select(change => change.Apply(from));

    private static IEnumerable<FeatureOptions> Pairs(FeatureOptions from)
    {
        List<KnownChange> changes = [.. KnownChanges.Of(from).Where(change => change.IsUsual)];
        for (int i = 0; i < changes.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (changes[i].Setting != changes[j].Setting)
                {
                    yield return changes[i].Apply(changes[j].Apply(from));
                }
            }
        }
    }

    /// <summary>Takes back every change without which as many stages agree.</summary>
    private FeatureOptions Reduce(FeatureOptions found, int reached)
    {
        if (found == options)
        {
            return found;
        }

        foreach (SettingChange change in ChangesBetween(options, found))
        {
            JsonObject without = JsonOf(found);
            without[change.Setting] = JsonNode.Parse(change.Ours);
            FeatureOptions kept = without.Deserialize<FeatureOptions>(FeatureOptions.JsonFormat)!;
            if (Agreeing(kept) >= reached)
            {
                found = kept;
            }
        }

        return found;
    }

    /// <summary>What the frames alone tell, where nothing explains the values.</summary>
    private void AddHints(List<StageDifference> stages, bool explained)
    {
        StageDifference first = stages.First(stage => !stage.Agrees);
        if (explained || first.SameShape || first.Stage == "signal")
        {
            return;
        }

        foreach (int rate in UsualRates.Where(rate => rate != options.SampleRate))
        {
            FeatureOptions at = options with { SampleRate = rate };
            if (KnownChanges.IsValid(at) && at.Frames(probe.SamplesAt(rate).Length) is var frames && frames > 1
                && (frames == first.Theirs.Columns || frames == first.Theirs.Rows))
            {
                notes.Add(
                    $"at {rate} Hz your chain has as many frames, {frames}: was the sound resampled there?");
            }
        }
    }

    private static JsonObject JsonOf(FeatureOptions of) => JsonNode.Parse(of.ToJson())!.AsObject();

    private static List<SettingChange> ChangesBetween(FeatureOptions ours, FeatureOptions theirs)
    {
        JsonObject before = JsonOf(ours);
        JsonObject after = JsonOf(theirs);
        return
        [
            .. before.Select(one => new SettingChange(one.Key, Json(one.Value), Json(after[one.Key])))
                .Where(change => change.Ours != change.Theirs),
        ];

        static string Json(JsonNode? node) => node?.ToJsonString() ?? "null";
    }
}
