// C99 for microcontrollers and programs without a runtime: a header, a source and a main.c.
using System.Globalization;
using NativeCnn.Features.Options;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>The format <c>c</c>.</summary>
internal sealed class CFormat : IExportFormat
{
    /// <summary>The program that classifies WAV files.</summary>
    internal const string MainFile = "main.c";

    private const string UsualName = "nativecnn_model";

    /// <inheritdoc/>
    public string Name => "c";

    /// <inheritdoc/>
    public string About => "one header and one source in C99 without any library, features included, and a main.c";

    /// <inheritdoc/>
    public bool TakesPrecision => true;

    /// <inheritdoc/>
    public ExportedFiles Write(ExportRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        RunConfig config = request.Model.Config;
        ExportGraph graph = BatchNormFolding.Apply(ExportGraph.Of(request.Model.Network));
        CSourceOptions options = OptionsOf(config, request);
        (CNetwork network, IReadOnlyList<string> notes) = request.Precision == ExportPrecision.Bytes
            ? CQuantizer.Quantize(graph, CalibrationSet.Of(request), options.Crops)
            : (CLowering.Of(graph), []);
        options = options with { About = [.. options.About, .. notes] };
        var source = new CSource(network, new CFeatures(config.Format, request.Model.Normalizer), options);
        AtomicFile.WriteText(Path.Combine(request.Folder, options.Name + ".h"), source.Header);
        AtomicFile.WriteText(Path.Combine(request.Folder, options.Name + ".c"), source.Source);
        AtomicFile.WriteText(Path.Combine(request.Folder, MainFile), CPrograms.Main(options, config.ClipSamples));
        string[] files = [options.Name + ".h", options.Name + ".c", MainFile];
        return new ExportedFiles(
            [
                $"{files[0]}: what to call",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{files[1]}: {source.ConstantBytes:N0} bytes of constants, {source.MemoryBytes:N0} bytes of ")
                    + "static memory",
                $"{MainFile}: classifies WAV files; cc -std=c99 -O3 {options.Name}.c main.c -lm -o {options.Name}",
                .. notes,
            ],
            files)
        {
            Logits = request.Precision == ExportPrecision.Bytes
                ? normalised => network.LogitsOf(normalised, options.Crops)
                : null,
        };
    }

    /// <summary>Names and texts of a run's source.</summary>
    internal static CSourceOptions OptionsOf(RunConfig config, ExportRequest request) => new()
    {
        Name = NameOf(config.Model.Name),
        About =
        [
            $"From the run {Path.GetFileName(Path.GetFullPath(request.Run))}: {config.Labels.Count} classes, clips of "
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(double)config.ClipSamples / config.Features.SampleRate:0.###} s at ")
                + $"{config.Features.SampleRate} Hz.",
        ],
        Labels = config.Labels,
        Thresholds = request.Model.Thresholds,
        SampleRate = config.Features.SampleRate,
        Crops = CropsOf(config.Cropping),
    };

    private static string NameOf(string network)
    {
        string name = CText.Identifier(network.ToLowerInvariant());
        return name.Length > 40 || network.Any(one => !char.IsAsciiLetterOrDigit(one) && one is not ('_' or '-' or ' '))
            || name != CText.Identifier(name)
            ? UsualName
            : name;
    }

    /// <summary>The frames at which the stretches begin that a network is given; null for whole clips.</summary>
    internal static List<int>? CropsOf(Cropping? cropping)
    {
        if (cropping is null)
        {
            return null;
        }

        int room = cropping.Clip[1] - cropping.Frames;
        return
        [
            .. Enumerable.Range(0, cropping.TestCrops).Select(i => cropping.TestCrops == 1
                ? room / 2
                : (int)((long)i * room / (cropping.TestCrops - 1))),
        ];
    }
}
