// The tables of a feature chain as Python that computes them: window, mel filterbank, cosine transform, wavelet and
// delta filters, each by the one formula that the settings take, in float64. The formulas are those of Features/Tables.
using NativeCnn.Engine.Operators;
using NativeCnn.Features.Options;
using NativeCnn.Model.Exports;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>Functions of the page that give tables.</summary>
internal sealed class FeatureTablesPage(FeatureOptions options)
{
    private readonly List<string> lines = [];

    /// <summary>The functions, with two empty lines behind each.</summary>
    public IReadOnlyList<string> Lines()
    {
        Window();
        if (options.Kind is FeatureKind.Mfcc or FeatureKind.LogMel)
        {
            Pitch();
            MelFilterbank();
        }

        if (options.Kind is FeatureKind.Mfcc or FeatureKind.WaveletCepstrum)
        {
            CosineTransform();
        }

        return lines;
    }

    private void Add(params IEnumerable<string> more) => lines.AddRange(more);

    private static string Of(double value) => PythonText.Of(value);

    private void Window()
    {
        int length = options.EffectiveWindowLength;
        int period = options.PeriodicWindow ? length : length - 1;
        Add(
            "def window():",
            $"    \"\"\"What the samples of a frame are weighted with, [{options.FrameLength}]: " +
            $"{Name(options.Window)}.\"\"\"");
        if (length == 1)
        {
            Add("    w = torch.ones(1, dtype=torch.float64)");
        }
        else
        {
            Add($"    n = torch.arange({length}, dtype=torch.float64)");
            Add(WindowFormula(length, period));
        }

        int before = (options.FrameLength - length) / 2;
        int after = options.FrameLength - length - before;
        Add(before + after == 0 ? "    return w" : $"    return F.pad(w, ({before}, {after}))", "", "");
    }

    private IEnumerable<string> WindowFormula(int length, int period)
    {
        double? parameter = options.WindowParameter;
        string angle = $"    a = 2 * math.pi * n / {period}";
        string u = $"    u = (2 * n / {period} - 1).abs()  # 0 in the middle, 1 at the ends";
        switch (options.Window)
        {
            case WindowKind.Hann:
                return [angle, Cosines(0.5, 0.5)];
            case WindowKind.Hamming:
                double alpha = parameter ?? 0.54;
                return [angle, Cosines(alpha, 1 - alpha)];
            case WindowKind.Povey:
                return [angle, Cosines(0.5, 0.5), "    w = w ** 0.85"];
            case WindowKind.Blackman:
                double b = parameter ?? 0.42;
                return [angle, Cosines(b, 0.5, 0.5 - b)];
            case WindowKind.BlackmanHarris:
                return [angle, Cosines(0.35875, 0.48829, 0.14128, 0.01168)];
            case WindowKind.Nuttall:
                return [angle, Cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411)];
            case WindowKind.FlatTop:
                return [angle, Cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368)];
            case WindowKind.Rectangular:
                return ["    w = torch.ones_like(n)"];
            case WindowKind.Bartlett:
                return [u, "    w = 1 - u"];
            case WindowKind.Triangular:
                return [u, $"    w = 1 - u * {period} / {period + (period % 2 == 0 ? 2 : 1)}"];
            case WindowKind.Cosine:
                return [$"    w = torch.sin(math.pi * (n + 0.5) / {period + 1})"];
            case WindowKind.Bohman:
                return
                [
                    u, "    w = (1 - u) * torch.cos(math.pi * u) + torch.sin(math.pi * u) / math.pi",
                    "    w = w.clamp(min=0)",
                ];
            case WindowKind.Parzen:
                return
                [
                    u, $"    v = u * {period} / {period + 1}",
                    "    w = torch.where(u <= 0.5, 1 - 6 * v ** 2 + 6 * v ** 3, 2 * (1 - v) ** 3)",
                ];
            case WindowKind.BartlettHann:
                return [u, "    w = 0.62 - 0.24 * u + 0.38 * torch.cos(math.pi * u)"];
            case WindowKind.Kaiser:
                string beta = Of(parameter ?? 12);
                return
                [
                    u, $"    beta = torch.tensor({beta}, dtype=torch.float64)",
                    "    w = torch.i0(beta * (1 - u ** 2).clamp(min=0).sqrt()) / torch.i0(beta)",
                ];
            case WindowKind.Gaussian:
                return
                [
                    u, $"    w = torch.exp(-0.5 * (u * {period} / 2 / {Of(parameter ?? (length / 6.0))}) ** 2)",
                ];
            case WindowKind.Tukey when (parameter ?? 0.5) > 0:
                string share = Of(parameter ?? 0.5);
                return
                [
                    u, $"    ends = 0.5 * (1 + torch.cos(math.pi * (1 - (1 - u) / {share})))",
                    $"    w = torch.where(u <= 1 - {share}, torch.ones_like(u), ends)",
                ];
            case WindowKind.Tukey:
                return ["    w = torch.ones_like(n)"];
            default:
                throw new ExportException(
                    $"the feature setting window = {Name(options.Window)} has no form in PyTorch: take another window");
        }
    }

    private static string Cosines(params double[] weights)
    {
        string sum = Of(weights[0]);
        for (int i = 1; i < weights.Length; i++)
        {
            sum += $" {(i % 2 == 0 ? '+' : '-')} {Of(weights[i])} * torch.cos({(i == 1 ? "a" : $"{i} * a")})";
        }

        return $"    w = {sum}";
    }

    private void Pitch()
    {
        bool isHtk = options.MelScale == MelScale.Htk;
        Add(
            "def to_mel(hertz):",
            isHtk
                ? "    \"\"\"Pitch on HTK's scale.\"\"\""
                : "    \"\"\"Pitch on Slaney's scale: linear up to 1 kHz, logarithmic above.\"\"\"");
        Add(isHtk
            ? ["    return 2595 * torch.log10(1 + hertz / 700)"]
            : [
                "    above = 15 + 27 * torch.log(hertz.clamp(min=1000) / 1000) / math.log(6.4)",
                "    return torch.where(hertz < 1000, hertz * 3 / 200, above)",
            ]);
        Add("", "", "def to_hertz(mel):", "    \"\"\"The inverse of to_mel.\"\"\"");
        Add(isHtk
            ? ["    return 700 * (10 ** (mel / 2595) - 1)"]
            : [
                "    above = 1000 * torch.exp(math.log(6.4) / 27 * (mel - 15))",
                "    return torch.where(mel < 15, mel * 200 / 3, above)",
            ]);
        Add("", "");
        if (options.VtlnWarp != 1)
        {
            Warp();
        }
    }

    private void Warp()
    {
        double high = options.VtlnHigh > 0 ? options.VtlnHigh : (options.SampleRate / 2.0) + options.VtlnHigh;
        Add(
            "def warp(hertz):",
            "    \"\"\"A speaker's vocal tract (VTLN): a line of three pieces that keeps both ends.\"\"\"",
            $"    low, high = {Of(options.MinFrequency)}, {Of(options.EffectiveMaxFrequency)}",
            $"    scale = 1 / {Of(options.VtlnWarp)}",
            $"    l = {Of(options.VtlnLow)} * max(1, {Of(options.VtlnWarp)})",
            $"    h = {Of(high)} * min(1, {Of(options.VtlnWarp)})",
            "    below = low + (scale * l - low) / (l - low) * (hertz - low)",
            "    above = high + (high - scale * h) / (high - h) * (hertz - high)",
            "    warped = torch.where(hertz < l, below, torch.where(hertz < h, scale * hertz, above))",
            "    return torch.where((hertz < low) | (hertz > high), hertz, warped)", "", "");
    }

    private void MelFilterbank()
    {
        (int bands, int bins) = (options.MelBands, options.Bins);
        string spacing = options.BinGrid == BinGrid.Linspace
            ? $"{options.SampleRate / 2} / {bins - 1}"
            : $"{options.SampleRate} / {options.FftSize}";
        Add(
            "def mel_filterbank():",
            $"    \"\"\"Triangles that turn {bins} bins into {bands} bands, [{bands}, {bins}].\"\"\"",
            $"    ends = [{Of(options.MinFrequency)}, {Of(options.EffectiveMaxFrequency)}]",
            "    ends = to_mel(torch.tensor(ends, dtype=torch.float64))",
            $"    step = (ends[1] - ends[0]) / {bands + 1}",
            $"    edges = to_hertz(ends[0] + step * torch.arange({bands + 2}))[:, None]");
        if (options.VtlnWarp != 1)
        {
            Add("    edges = warp(edges)");
        }

        Add($"    bins = torch.arange({bins}, dtype=torch.float64) * ({spacing})");
        if (options.MelNorm == MelNorm.Slaney)
        {
            Add("    height = 2 / (edges[2:] - edges[:-2])");
        }

        if (options.MelShape == MelShape.Mel)
        {
            Add("    edges, bins = to_mel(edges), to_mel(bins)  # straight sides over pitch");
        }

        Add(
            "    low, peak, high = edges[:-2], edges[1:-1], edges[2:]",
            "    bank = torch.minimum((bins - low) / (peak - low), (high - bins) / (high - peak)).clamp(min=0)",
            options.MelNorm switch
            {
                MelNorm.None => "    return bank",
                MelNorm.Slaney => "    return bank * height",
                MelNorm.Sum => "    return bank / bank.sum(1, keepdim=True).clamp(min=1e-300)",
                MelNorm.Length => "    return bank / bank.norm(dim=1, keepdim=True).clamp(min=1e-300)",
                MelNorm.Peak => "    return bank / bank.amax(1, keepdim=True).clamp(min=1e-300)",
                _ => throw new ExportException(
                    $"the feature setting mel_norm = {Name(options.MelNorm)} has no form in PyTorch: take another"),
            },
            "", "");
    }

    private void CosineTransform()
    {
        (int rows, int columns) = (options.Coefficients, options.TransformLength);
        bool isWavelet = options.Kind == FeatureKind.WaveletCepstrum;
        Add(
            "def cosine_transform():",
            $"    \"\"\"DCT-{new string('I', options.DctType)}, {Name(options.DctNorm)} norm, " +
            $"[{rows}, {columns}].\"\"\"",
            $"    k = torch.arange({rows}, dtype=torch.float64)[:, None]",
            $"    n = torch.arange({columns}, dtype=torch.float64)");
        Add(DctFormula(columns));
        if (options.Lifter > 0)
        {
            string at = isWavelet ? "n" : "k";
            string start = options.LifterStart == 0 ? at : $"({at} + {options.LifterStart})";
            string lifter = Of(options.Lifter);
            Add($"    matrix = matrix * (1 + {lifter} / 2 * torch.sin(math.pi * {start} / {lifter}))  # liftering");
        }

        Add(options.FirstRowLast ? "    return matrix.roll(-1, 0)  # the first row last" : "    return matrix", "", "");
    }

    private IEnumerable<string> DctFormula(int columns)
    {
        bool isOrtho = options.DctNorm == DctNorm.Ortho;
        switch (options.DctType)
        {
            case 1:
                int last = columns - 1;
                yield return $"    matrix = torch.cos(math.pi * k * n / {last})";
                if (isOrtho)
                {
                    yield return $"    edge = lambda i: torch.where((i == 0) | (i == {last}), math.sqrt(0.5), 1.0)";
                    yield return $"    matrix = matrix * math.sqrt(2 / {last}) * edge(n) * edge(k)";
                }
                else
                {
                    yield return $"    matrix = matrix * torch.where((n == 0) | (n == {last}), 1.0, 2.0)";
                }

                break;
            case 2:
                yield return $"    matrix = torch.cos(math.pi * k * (2 * n + 1) / {2 * columns})";
                yield return
                    isOrtho
                        ? $"    matrix = matrix * math.sqrt(2 / {columns}) * torch.where(k == 0, math.sqrt(0.5), 1.0)"
                    : options.DctNorm == DctNorm.Htk ? $"    matrix = matrix * math.sqrt(2 / {columns})"
                    : "    matrix = matrix * 2";
                break;
            default:
                yield return $"    matrix = torch.cos(math.pi * (2 * k + 1) * n / {2 * columns})";
                yield return isOrtho
                    ? $"    matrix = matrix * math.sqrt(2 / {columns}) * torch.where(n == 0, math.sqrt(0.5), 1.0)"
                    : "    matrix = matrix * torch.where(n == 0, 1.0, 2.0)";
                break;
        }
    }

    private static string Name<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonSerializer.Serialize(value, FeatureOptions.JsonFormat).Trim('"');
}
