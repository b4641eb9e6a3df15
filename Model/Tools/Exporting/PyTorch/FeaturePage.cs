// A feature chain as an nn.Module, from waveforms to what the network takes before normalisation: only the stages that
// the settings have, each as a line or two of torch. The chain is told at the head of Features/FeatureExtractor.cs.
using NativeCnn.Engine.Operators;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Model.Exports;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>The class Features of the page.</summary>
internal sealed class FeaturePage
{
    private const float LeastNormal = 1.17549435e-38f;
    private const float LeastEnergy = 1.1920929e-7f;
    private readonly FeatureOptions options;
    private readonly bool isHalf;
    private readonly List<string> lines = [];

    /// <summary>Writes the chain of a run.</summary>
    /// <exception cref="ExportException">A setting has no form here; the message names it.</exception>
    public FeaturePage(RunConfig config)
    {
        options = config.Features;
        isHalf = config.FeaturePrecision == FeaturePrecision.Fp16;
        if (options.Kind is not (FeatureKind.Raw or FeatureKind.Mfcc or FeatureKind.LogMel
            or FeatureKind.WaveletCepstrum))
        {
            throw new ExportException($"the feature setting kind = {options.Kind} has no form in PyTorch");
        }
    }

    private bool IsMel => options.Kind is FeatureKind.Mfcc or FeatureKind.LogMel;

    private bool HasCosines => options.Kind is FeatureKind.Mfcc or FeatureKind.WaveletCepstrum;

    private bool IsDecibel => options.Log is LogScale.Decibel or LogScale.MagnitudeDecibel;

    /// <summary>The functions that give its tables, and the class.</summary>
    public IReadOnlyList<string> Lines()
    {
        if (options.Kind != FeatureKind.Raw)
        {
            lines.AddRange(new FeatureTablesPage(options).Lines());
        }

        Head();
        Forward();
        return [.. lines, .. new FeatureMethods(options).Lines()];
    }

    private void Add(params IEnumerable<string> more) => lines.AddRange(more);

    private void Body(params IEnumerable<string> more) => lines.AddRange(more.Select(line => $"        {line}"));

    private static string Of(double value) => PythonText.Of(value);

    private void Head()
    {
        string what = options.Kind switch
        {
            FeatureKind.Raw => "The samples themselves",
            FeatureKind.Mfcc => $"{options.Coefficients} cepstral coefficients of {options.MelBands} mel bands",
            FeatureKind.LogMel => $"The logarithm of {options.MelBands} mel bands",
            _ => $"{options.Coefficients} cepstral coefficients of a wavelet transform ({options.WaveletName})",
        };
        Add(
            "class Features(nn.Module):",
            $"    \"\"\"{what}: waveforms [B, samples] to [B, {options.Rows}, frames].\"\"\"", "");
        if (options.Kind == FeatureKind.Raw && options.Deltas == 0)
        {
            return;
        }

        Add("    def __init__(self):");
        Body("super().__init__()");
        if (options.Kind != FeatureKind.Raw)
        {
            Table("window", "window()");
        }

        if (IsMel)
        {
            Table("mel", "mel_filterbank()");
        }

        if (HasCosines)
        {
            Table("dct", "cosine_transform()");
        }

        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            var wavelet = Wavelet.Named(options.WaveletName);
            Table("low_pass", TensorOf(wavelet.LowPass));
            Table("high_pass", TensorOf(wavelet.HighPass));
        }

        for (int d = 1; d <= options.Deltas; d++)
        {
            bool isSecond = options.DeltaConvention == DeltaConvention.SavitzkyGolay && d == 2;
            if (d == 1 || isSecond)
            {
                Table(
                    isSecond ? "curvature" : "slope",
                    TensorOf(DeltaWeights.Create(options.EffectiveDeltaWidth, isSecond ? 2 : 1)));
            }
        }

        Add("");
    }

    private void Table(string name, string value) =>
        Body($"self.register_buffer(\"{name}\", {value}.float(), persistent=False)");

    private static string TensorOf(ReadOnlySpan<float> values)
    {
        string[] items = [.. values.ToArray().Select(PythonText.Of)];
        string line = $"torch.tensor([{string.Join(", ", items)}])";
        return line.Length < 60
            ? line
            : $"torch.tensor([\n{string.Join('\n', PythonText.Wrapped(items, new string(' ', 12)))}\n        ])";
    }

    private void Forward()
    {
        Add("    def forward(self, waveform):");
        if (options.Kind == FeatureKind.Raw)
        {
            Body("x = waveform[:, None, :]");
        }
        else
        {
            Spectrum();
            Logarithm(IsMel ? "mel" : "power");
            Rows();
        }

        if (options.SubtractMean)
        {
            Body("x = x - x.mean(2, keepdim=True)  # each row less its mean over the clip");
        }

        if (options.Deltas > 0)
        {
            bool isSecondDerivative = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
            Body("slope = self.over_time(x, self.slope)");
            if (options.Deltas > 1)
            {
                Body(isSecondDerivative
                    ? "curvature = self.over_time(x, self.curvature)"
                    : "curvature = self.over_time(slope, self.slope)  # the delta of delta");
            }

            Body($"x = torch.cat([x, slope{(options.Deltas > 1 ? ", curvature" : "")}], 1)");
        }

        if (isHalf)
        {
            Body("x = x.half().float()  # kept with 16 bits, as in the training");
        }

        Body("return x");
    }

    private void Spectrum()
    {
        string scaled = options.SampleScale == 1 ? "waveform" : $"waveform * {Of(options.SampleScale)}";
        Body($"frames = self.frames({scaled})  # [B, frames, {options.FrameLength}]");
        if (options.RemoveDc)
        {
            Body(
                "for _ in range(2):  # in two steps, so that nothing is left of a large constant",
                "    frames = frames - frames.mean(2, keepdim=True)");
        }

        if (options is { UseEnergy: true, RawEnergy: true })
        {
            Energy();
        }

        if (options.PreEmphasis != 0)
        {
            Body(
                "before = torch.cat([frames[..., :1], frames[..., :-1]], 2)",
                $"frames = frames - {Of(options.PreEmphasis)} * before");
        }

        Body("frames = frames * self.window");
        if (options is { UseEnergy: true, RawEnergy: false })
        {
            Energy();
        }

        Body($"spectrum = torch.fft.rfft(frames, n={options.FftSize})  # [B, frames, {options.Bins}]");
        Body(options.Power == 2
            ? "power = spectrum.real ** 2 + spectrum.imag ** 2"
            : "power = spectrum.abs()  # the magnitude");
        if (IsMel)
        {
            Body("mel = power @ self.mel.T");
        }
    }

    private void Energy()
    {
        string least = PythonText.Of(Math.Max((float)options.EnergyFloor, LeastEnergy));
        Body($"energy = (frames ** 2).sum(2, keepdim=True).clamp(min={least}).log()");
    }

    private void Logarithm(string of)
    {
        string floor = PythonText.Of(Math.Max((float)options.LogFloor, LeastNormal));
        switch (options.Log)
        {
            case LogScale.Natural:
                Body($"log = torch.log({of} + {Of(options.LogOffset)})");
                break;
            case LogScale.FlooredNatural:
                Body($"log = torch.log({of}.clamp(min={floor}))");
                break;
            case LogScale.Log10:
                Body($"log = torch.log10({of}.clamp(min={floor}))");
                break;
            case LogScale.Decibel or LogScale.MagnitudeDecibel:
                int factor = options.Log == LogScale.Decibel ? 10 : 20;
                double reference = Math.Max(options.LogReference, options.LogFloor);
                string less = reference == 1 ? "" : $" - {factor} * math.log10({Of(reference)})";
                Body($"log = {factor} * torch.log10({of}.clamp(min={floor})){less}  # dB");
                break;
            default:
                throw new ExportException(
                    $"the feature setting log = {options.Log} has no form in PyTorch: take another logarithm");
        }

        if (IsDecibel && options.ReferenceIsMaximum)
        {
            Body("log = log - log.amax((1, 2), keepdim=True)  # the loudest value of the clip is 0 dB");
        }

        if (IsDecibel && options.TopDb is { } top)
        {
            Body($"log = torch.maximum(log, log.amax((1, 2), keepdim=True) - {Of(top)})");
        }
    }

    private void Rows()
    {
        string first = options.FirstRowLast ? $"x[..., :-1], energy" : $"energy, x[..., 1:]";
        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            Body("x = self.wavelet(log) @ self.dct.T");
        }
        else if (options.Kind == FeatureKind.Mfcc)
        {
            Body("x = log @ self.dct.T");
            if (options.UseEnergy)
            {
                Body($"x = torch.cat([{first}], 2)  # in the place of the first coefficient");
            }
        }
        else
        {
            Body(
                !options.UseEnergy ? "x = log"
                : options.FirstRowLast ? "x = torch.cat([log, energy], 2)"
                : "x = torch.cat([energy, log], 2)");
        }

        Body("x = x.transpose(1, 2)  # time last");
    }
}
