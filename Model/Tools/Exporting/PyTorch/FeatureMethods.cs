// The methods of the class Features beside forward: which samples a frame has, the wavelet transform, and sums over
// neighbouring frames.
using NativeCnn.Engine.Operators;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Model.Exports;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>Methods of the class Features of the page.</summary>
/// <param name="options">The chain.</param>
internal sealed class FeatureMethods(FeatureOptions options)
{
    private readonly List<string> lines = [];

    /// <summary>Those that the settings need.</summary>
    /// <exception cref="ExportException">A setting has no form here; the message names it.</exception>
    public IReadOnlyList<string> Lines()
    {
        if (options.Kind != FeatureKind.Raw)
        {
            Frames();
        }

        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            WaveletMethod();
        }

        if (options.Deltas > 0)
        {
            DeltaMethod();
        }

        return lines;
    }

    private void Add(params IEnumerable<string> more) => lines.AddRange(more);

    private void Body(params IEnumerable<string> more) => lines.AddRange(more.Select(line => $"        {line}"));

    private void Frames()
    {
        (int length, int hop, int pad) = (options.FrameLength, options.HopLength, options.FramePad);
        Add(
            "",
            "    @staticmethod", "    def frames(x):",
            $"        \"\"\"Frames of {length} samples every {hop}" +
            $"{(options.Center ? ", centred on multiples of it" : "")}: " +
            "[B, samples] to [B, frames, samples].\"\"\"");
        string count =
            options.Center ? $"1 + {(length % 2 == 0 ? "x.shape[1]" : "(x.shape[1] - 1)")} // {hop}"
            : options.SnipEdges ? $"1 + (x.shape[1] - {length}) // {hop}"
            : $"(x.shape[1] + {hop / 2}) // {hop}";
        Body($"count = {count}");
        if (options.PadMode == PadMode.Constant || pad == 0 && options.SnipEdges)
        {
            Body(
                $"x = F.pad(x, ({pad}, {hop} * (count - 1) + {length - pad} - x.shape[1]))  # silence around it",
                $"return x.unfold(1, {length}, {hop})");
            return;
        }

        string places = $"torch.arange(count)[:, None] * {hop} - {pad} + torch.arange({length})";
        Body(["n = x.shape[1]", $"at = {places}", .. Folded(options.PadMode), "return x[:, at.to(x.device)]"]);
    }

    /// <summary>What turns places that may lie outside of n samples into samples.</summary>
    private static string[] Folded(PadMode mode) => mode switch
    {
        PadMode.Reflect =>
        [
            "period = max(2 * (n - 1), 1)", "at = at % period",
            "at = torch.minimum(at, period - at).clamp(max=n - 1)",
        ],
        PadMode.Symmetric => ["at = at % (2 * n)", "at = torch.minimum(at, 2 * n - 1 - at)"],
        PadMode.Edge => ["at = at.clamp(0, n - 1)"],
        PadMode.Wrap => ["at = at % n"],
        _ => throw new ExportException($"the feature setting pad_mode = {mode} has no form in PyTorch: take another"),
    };

    private void WaveletMethod()
    {
        int taps = Wavelet.Named(options.WaveletName).Taps;
        bool isMirrored = options.WaveletBorder == WaveletBorder.Symmetric;
        Add(
            "",
            "    def wavelet(self, x):",
            "        \"\"\"Approximation and details of [B, frames, N] over the last axis, the coarsest first.\"\"\"");
        Body(
            "details = []",
            $"for level in range({options.WaveletLevels}):",
            "    n = x.shape[2]",
            isMirrored ? $"    count = (n + {taps - 1}) // 2" : "    count = (n + 1) // 2",
            $"    at = 2 * torch.arange(count)[:, None] + {(isMirrored ? 1 : taps / 2)} - torch.arange({taps})");
        Body(isMirrored
            ? ["    at = at % (2 * n)", "    at = torch.minimum(at, 2 * n - 1 - at)  # mirrored"]
            : ["    at = (at % (n + n % 2)).clamp(max=n - 1)  # the row again and again, made even"]);
        Body(
            "    pieces = x[:, :, at.to(x.device)]",
            "    details.insert(0, pieces @ self.high_pass)",
            "    x = pieces @ self.low_pass",
            "return torch.cat([x] + details, 2)");
    }

    private void DeltaMethod()
    {
        int half = options.EffectiveDeltaWidth / 2;
        Add(
            "",
            "    @staticmethod", "    def over_time(x, weights):",
            $"        \"\"\"The weighted sum of each {options.EffectiveDeltaWidth} frames side by side, " +
            "[B, rows, frames].\"\"\"");
        Body("n = x.shape[2]");
        string reach = $"torch.arange({-half}, {half + 1})";
        Body(options.EffectiveDeltaBorder == DeltaBorder.Interpolated
            ? $"at = torch.arange(n).clamp({half}, n - {half + 1})[:, None] + {reach}"
            : $"at = torch.arange(n)[:, None] + {reach}");
        Body(options.EffectiveDeltaBorder switch
        {
            DeltaBorder.Interpolated => [],
            DeltaBorder.Nearest => Folded(PadMode.Edge),
            DeltaBorder.Mirrored => Folded(PadMode.Reflect),
            DeltaBorder.Wrapped => Folded(PadMode.Wrap),
            DeltaBorder.Zero =>
            [
                "inside = ((at >= 0) & (at < n)).to(x)", "at = at.clamp(0, n - 1).to(x.device)",
                "return (x[:, :, at] * inside) @ weights",
            ],
            _ => throw new ExportException(
                $"the feature setting delta_border = {options.EffectiveDeltaBorder} has no form in PyTorch: take " +
                "another"),
        });
        if (options.EffectiveDeltaBorder != DeltaBorder.Zero)
        {
            Body("return x[:, :, at.to(x.device)] @ weights");
        }
    }
}
