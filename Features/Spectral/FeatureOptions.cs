// Every setting of the chain signal -> frames -> power spectrum -> mel -> log -> MFCC, with the presets of librosa,
// torchaudio, Kaldi, HTK and our own. A plain value: equal settings are equal, and it goes to JSON and back.

using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Features.Spectral;

/// <summary>
/// Settings of the spectral features. Start from a preset and change what differs:
/// <c>FeatureOptions.Mfcc(16000) with { Coefficients = 13 }</c>. Defaults are librosa's at 22,050 Hz.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FeatureOptions
{
    /// <summary>snake_case names, indented, unknown names refused: how these options stand in a file.</summary>
    public static JsonSerializerOptions JsonFormat { get; } = CreateJsonFormat();

    /// <summary>What the chain ends with; MFCC by default.</summary>
    public FeatureKind Kind { get; init; } = FeatureKind.Mfcc;

    /// <summary>Samples a second of the clips; 22,050 by default.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>Samples of a Fourier transform, at least 2, fastest for powers of two; 2,048 by default.</summary>
    public int FftSize { get; init; } = 2048;

    /// <summary>Samples from a frame to the next; 512 by default.</summary>
    public int HopLength { get; init; } = 512;

    /// <summary>What samples, which are from -1 to 1, are multiplied by; 1 by default, 32,768 for Kaldi.</summary>
    public double SampleScale { get; init; } = 1;

    /// <summary>Whether each frame's mean is taken from it first; false by default.</summary>
    public bool RemoveDc { get; init; }

    /// <summary>
    /// c of x[n] - c x[n - 1] within each frame, before the window; its first sample becomes (1 - c) x[0]. From 0, the
    /// default, for none, to 1.
    /// </summary>
    public double PreEmphasis { get; init; }

    /// <summary>
    /// Samples that the window covers, from 1 to <see cref="FftSize"/>; null, the default, is all of them. A shorter
    /// window lies in the middle of the frame, zeros around it: floor((fft - window) / 2) of them before it.
    /// </summary>
    public int? WindowLength { get; init; }

    /// <summary>What frames are weighted with; Hann by default.</summary>
    public WindowKind Window { get; init; } = WindowKind.Hann;

    /// <summary>The number of a window that takes one, such as Kaiser's beta; null, the default, for the usual.</summary>
    public double? WindowParameter { get; init; }

    /// <summary>
    /// Whether the window's period is its length (true, the default, for spectra) or its length less one (symmetric).
    /// </summary>
    public bool PeriodicWindow { get; init; } = true;

    /// <summary>
    /// Whether frame m is centred on sample m * hop, with floor(fft / 2) samples padded on both sides (the default), or
    /// begins there.
    /// </summary>
    public bool Center { get; init; } = true;

    /// <summary>
    /// Whether a frame is as long as the window, zeros behind it up to the transform's length (Kaldi, HTK), or as long
    /// as the transform, with the window in its middle (the default).
    /// </summary>
    public bool FrameIsWindow { get; init; }

    /// <summary>
    /// For frames that are not centred on multiples of the hop: whether only whole frames are taken (the default), or
    /// one for every hop, frame m centred on sample (m + 1/2) hop, as Kaldi does with snip_edges=false.
    /// </summary>
    public bool SnipEdges { get; init; } = true;

    /// <summary>What is padded where frames reach beyond the clip; silence by default.</summary>
    public PadMode PadMode { get; init; } = PadMode.Constant;

    /// <summary>1 for the spectrum's magnitude, 2, the default, for its power.</summary>
    public int Power { get; init; } = 2;

    /// <summary>Bands of the mel filterbank; 128 by default.</summary>
    public int MelBands { get; init; } = 128;

    /// <summary>How pitch is measured; Slaney's scale by default.</summary>
    public MelScale MelScale { get; init; } = MelScale.Slaney;

    /// <summary>On which axis the mel triangles have straight sides; frequency by default.</summary>
    public MelShape MelShape { get; init; } = MelShape.Hertz;

    /// <summary>How tall the mel triangles are; Slaney's areas by default.</summary>
    public MelNorm MelNorm { get; init; } = MelNorm.Slaney;

    /// <summary>Which frequencies the bins stand for under the mel triangles; the transform's own by default.</summary>
    public BinGrid BinGrid { get; init; } = BinGrid.Fourier;

    /// <summary>Where the lowest mel triangle begins, in Hz; 0 by default.</summary>
    public double MinFrequency { get; init; }

    /// <summary>Where the highest mel triangle ends, in Hz; null, the default, is half the sample rate.</summary>
    public double? MaxFrequency { get; init; }

    /// <summary>
    /// By how much the mel triangles are stretched for a speaker's vocal tract (VTLN); 1, the default, for not at all.
    /// </summary>
    public double VtlnWarp { get; init; } = 1;

    /// <summary>From which frequency on they are, in Hz; 100 by default.</summary>
    public double VtlnLow { get; init; } = 100;

    /// <summary>Up to which frequency they are, in Hz; from 0 down, less than half the rate; -500 by default.</summary>
    public double VtlnHigh { get; init; } = -500;

    /// <summary>Which logarithm is taken; decibel by default.</summary>
    public LogScale Log { get; init; } = LogScale.Decibel;

    /// <summary>
    /// The least power that the decibel scale and the floored logarithm tell from silence; 1e-10 by default.
    /// </summary>
    public double LogFloor { get; init; } = 1e-10;

    /// <summary>The power that is 0 dB; 1 by default.</summary>
    public double LogReference { get; init; } = 1;

    /// <summary>Whether the loudest value of the same clip is 0 dB instead; false by default.</summary>
    public bool ReferenceIsMaximum { get; init; }

    /// <summary>
    /// How far below the loudest value of the same clip the decibel scale reaches; 80 dB by default, null for no limit.
    /// </summary>
    public double? TopDb { get; init; } = 80;

    /// <summary>What the natural logarithm adds before it is taken; 1e-6 by default.</summary>
    public double LogOffset { get; init; } = 1e-6;

    /// <summary>The wavelet of a <see cref="FeatureKind.WaveletCepstrum"/>; db4 by default.</summary>
    public string WaveletName { get; init; } = "db4";

    /// <summary>Its levels, from 1; 3 by default.</summary>
    public int WaveletLevels { get; init; } = 3;

    /// <summary>What stands beyond the ends of a spectrum there; by default the spectrum again.</summary>
    [JsonConverter(typeof(NamedEnumConverter<WaveletBorder>))]
    public WaveletBorder WaveletBorder { get; init; } = WaveletBorder.Periodized;

    /// <summary>
    /// Coefficients kept of the cosine transform, from 1 to <see cref="TransformLength"/>; 20 by default.
    /// </summary>
    public int Coefficients { get; init; } = 20;

    /// <summary>Which cosine transform: 1, 2 (the default) or 3; formulas in <see cref="DctMatrix"/>.</summary>
    public int DctType { get; init; } = 2;

    /// <summary>How the cosine transform is scaled; orthonormal by default.</summary>
    public DctNorm DctNorm { get; init; } = DctNorm.Ortho;

    /// <summary>
    /// L of the liftering 1 + (L / 2) sin(pi n / L), n from <see cref="LifterStart"/>; 0, the default, for none.
    /// </summary>
    public double Lifter { get; init; }

    /// <summary>The n of the first coefficient in the liftering: 1, the default, is librosa's, 0 Kaldi's and HTK's.</summary>
    public int LifterStart { get; init; } = 1;

    /// <summary>
    /// Whether the logarithm of each frame's energy takes the place of the first cosine coefficient, and stands before
    /// the bands of log mel features; false by default.
    /// </summary>
    public bool UseEnergy { get; init; }

    /// <summary>Whether that energy is taken before pre-emphasis and window (the default), or after.</summary>
    public bool RawEnergy { get; init; } = true;

    /// <summary>The least energy whose logarithm is taken, at least 0; 1 by default. 2^-23 is the least in any case.</summary>
    public double EnergyFloor { get; init; } = 1;

    /// <summary>
    /// Whether the first cosine coefficient, or the energy, stands behind the others instead of before them: HTK's
    /// order; false by default.
    /// </summary>
    public bool FirstRowLast { get; init; }

    /// <summary>Whether each row's mean over the clip is taken from it: cepstral mean normalisation.</summary>
    public bool SubtractMean { get; init; }

    /// <summary>
    /// What follows the features as further channels: nothing (0, the default), delta (1), delta and delta-delta (2).
    /// </summary>
    public int Deltas { get; init; }

    /// <summary>How deltas treat the ends of a clip, and what delta-delta is; Savitzky-Golay by default.</summary>
    public DeltaConvention DeltaConvention { get; init; } = DeltaConvention.SavitzkyGolay;

    /// <summary>Frames of a delta's window: odd, from 3; null, the default, is the convention's own.</summary>
    public int? DeltaWidth { get; init; }

    /// <summary>What deltas see beyond the ends of a clip; null, the default, is the convention's own.</summary>
    public DeltaBorder? DeltaBorder { get; init; }

    /// <summary>Bins of the spectrum: floor(fft / 2) + 1.</summary>
    [JsonIgnore]
    public int Bins => (FftSize / 2) + 1;

    /// <summary>Samples that the window covers, when <see cref="WindowLength"/> is null too.</summary>
    [JsonIgnore]
    public int EffectiveWindowLength => WindowLength ?? FftSize;

    /// <summary>Samples of a frame: the window's, or the transform's.</summary>
    [JsonIgnore]
    public int FrameLength => FrameIsWindow ? EffectiveWindowLength : FftSize;

    /// <summary>How far frame m begins before sample m * hop; below 0 where it begins behind it.</summary>
    [JsonIgnore]
    public int FramePad => Center ? FrameLength / 2 : SnipEdges ? 0 : (FrameLength / 2) - (HopLength / 2);

    /// <summary>Frames of a delta's window, when <see cref="DeltaWidth"/> is null too.</summary>
    [JsonIgnore]
    public int EffectiveDeltaWidth => DeltaWidth ?? (DeltaConvention == DeltaConvention.SavitzkyGolay ? 9 : 5);

    /// <summary>What deltas see beyond the ends, when <see cref="DeltaBorder"/> is null too.</summary>
    [JsonIgnore]
    public DeltaBorder EffectiveDeltaBorder => DeltaBorder ?? (DeltaConvention == DeltaConvention.SavitzkyGolay
        ? Spectral.DeltaBorder.Interpolated
        : Spectral.DeltaBorder.Nearest);

    /// <summary>The fewest frames that a clip must have: a window of interpolated deltas, else one.</summary>
    [JsonIgnore]
    public int LeastFrames =>
        Deltas > 0 && EffectiveDeltaBorder == Spectral.DeltaBorder.Interpolated ? EffectiveDeltaWidth : 1;

    /// <summary>What the cosine transform is taken of: mel bands, or wavelet coefficients.</summary>
    [JsonIgnore]
    public int TransformLength => Kind == FeatureKind.WaveletCepstrum
        ? WaveletTransform.CoefficientsOf(Bins, Wavelet.Named(WaveletName), WaveletBorder, WaveletLevels)
        : MelBands;

    /// <summary>
    /// Where the highest mel triangle ends, when <see cref="MaxFrequency"/> is null too. torchaudio, whose grid is
    /// <see cref="BinGrid.Linspace"/>, halves an odd rate downwards.
    /// </summary>
    [JsonIgnore]
    public double EffectiveMaxFrequency =>
        MaxFrequency ?? (BinGrid == BinGrid.Linspace ? SampleRate / 2 : SampleRate / 2.0);

    /// <summary>Rows without deltas: bands for log mel, and the energy beside them; else coefficients.</summary>
    [JsonIgnore]
    public int StaticRows => Kind switch
    {
        FeatureKind.LogMel => MelBands + (UseEnergy ? 1 : 0),
        FeatureKind.Raw => 1,
        _ => Coefficients,
    };

    /// <summary>The row of the energy, or of the first coefficient.</summary>
    [JsonIgnore]
    public int FirstRow => FirstRowLast ? StaticRows - 1 : 0;

    /// <summary>Rows of the features, their deltas among them: the channels of a network.</summary>
    [JsonIgnore]
    public int Rows => StaticRows * (1 + Deltas);

    /// <summary>What <c>librosa.feature.mfcc(y, sr=sampleRate)</c> does by default, librosa 0.11 and 1.0.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions Librosa(int sampleRate) => new() { SampleRate = sampleRate };

    /// <summary>What <c>torchaudio.transforms.MFCC(sampleRate)</c> does by default, torchaudio 2.6.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions TorchAudio(int sampleRate) => new()
    {
        SampleRate = sampleRate,
        FftSize = 400,
        HopLength = 200,
        PadMode = PadMode.Reflect,
        MelScale = MelScale.Htk,
        MelNorm = MelNorm.None,
        BinGrid = BinGrid.Linspace,
        Coefficients = 40,
        DeltaConvention = DeltaConvention.Regression,
    };

    /// <summary>
    /// What Kaldi's compute-mfcc-feats does by default, without dither (torchaudio.compliance.kaldi.mfcc with
    /// use_energy): frames of 25 ms every 10 ms, filled up to a power of two; energy in place of the first coefficient.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions Kaldi(int sampleRate)
    {
        int window = Math.Max(2, sampleRate / 40);
        return new()
        {
            SampleRate = sampleRate,
            SampleScale = 32768,
            RemoveDc = true,
            PreEmphasis = 0.97,
            FftSize = (int)BitOperations.RoundUpToPowerOf2((uint)window),
            HopLength = Math.Max(1, sampleRate / 100),
            WindowLength = window,
            Window = WindowKind.Povey,
            PeriodicWindow = false,
            Center = false,
            FrameIsWindow = true,
            PadMode = PadMode.Symmetric,
            MelBands = 23,
            MelScale = MelScale.Htk,
            MelShape = MelShape.Mel,
            MelNorm = MelNorm.None,
            MinFrequency = 20,
            Log = LogScale.FlooredNatural,
            LogFloor = 1.1920929e-7,
            Coefficients = 13,
            Lifter = 22,
            LifterStart = 0,
            UseEnergy = true,
            DeltaConvention = DeltaConvention.Regression,
        };
    }

    /// <summary>
    /// What HTK's HCopy does with TARGETKIND = MFCC_0 and the settings of the HTK Book's tutorial: frames of 25 ms every
    /// 10 ms, pre-emphasis 0.97, Hamming, 26 channels of magnitudes, 12 coefficients liftered by 22, and behind them
    /// the 0th. ZMEANSOURCE = T is <see cref="RemoveDc"/>, USEPOWER = T a <see cref="Power"/> of 2, NUMCHANS
    /// <see cref="MelBands"/>, NUMCEPS <see cref="Coefficients"/> less 1; MFCC_E with ENORMALISE = F is
    /// <see cref="UseEnergy"/>, _D and _A are <see cref="Deltas"/>, _Z is <see cref="SubtractMean"/>. Source: S. Young et
    /// al., "The HTK Book" (3.4), 3.1.5, 5.2 to 5.6 and 5.9.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions Htk(int sampleRate)
    {
        int window = Math.Max(2, sampleRate / 40);
        return new()
        {
            SampleRate = sampleRate,
            SampleScale = 32768,
            PreEmphasis = 0.97,
            FftSize = (int)BitOperations.RoundUpToPowerOf2((uint)window),
            HopLength = Math.Max(1, sampleRate / 100),
            WindowLength = window,
            Window = WindowKind.Hamming,
            PeriodicWindow = false,
            Center = false,
            FrameIsWindow = true,
            Power = 1,
            MelBands = 26,
            MelScale = MelScale.Htk,
            MelShape = MelShape.Mel,
            MelNorm = MelNorm.None,
            Log = LogScale.FlooredNatural,
            LogFloor = 1,
            Coefficients = 13,
            DctNorm = DctNorm.Htk,
            Lifter = 22,
            LifterStart = 0,
            EnergyFloor = 0,
            FirstRowLast = true,
            DeltaConvention = DeltaConvention.Regression,
        };
    }

    /// <summary>
    /// The article's chain, STFT -> DWT -> liftering -> DCT, on the frames of <see cref="Mfcc"/>: the power spectrum in
    /// dB; its wavelet transform along frequency, db4 in three levels, periodised; sinusoidal liftering of these
    /// coefficients with L as many as there are, so that no weight falls below 1; and the first 40 coefficients of their
    /// orthonormal DCT-II. The article names no wavelet, no levels and no L: these are ours.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions Article(int sampleRate)
    {
        FeatureOptions options = Mfcc(sampleRate) with { Kind = FeatureKind.WaveletCepstrum };
        return options with
        {
            Coefficients = Math.Min(40, options.TransformLength),
            Lifter = options.TransformLength,
        };
    }

    /// <summary>
    /// What training takes by default: frames of at least 25 ms rounded up to a power of two, every 10 ms, 40 mel bands
    /// and 40 coefficients. At 8 kHz: fft 256, hop 80. Below 8 kHz bands go down with the bins, a third as many.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions Mfcc(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        int fftSize = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, sampleRate / 40));
        int bands = Math.Min(40, ((fftSize / 2) + 1) / 3);
        return new()
        {
            SampleRate = sampleRate,
            FftSize = fftSize,
            HopLength = Math.Max(1, (int)Math.Round(sampleRate / 100.0)),
            MelBands = bands,
            Coefficients = bands,
        };
    }

    /// <summary>The same chain as <see cref="Mfcc"/>, ended before the cosine transform.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions LogMel(int sampleRate) => Mfcc(sampleRate) with { Kind = FeatureKind.LogMel };

    /// <summary>
    /// Log mel bands as a network needs them to understand strangers: each band's mean over the clip is taken away, and
    /// with it level, microphone and the voice's long-term spectrum; the range ends 60 dB below the clip's maximum.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions LogMelCmn(int sampleRate) => LogMel(sampleRate) with
    {
        TopDb = 60,
        SubtractMean = true,
        DeltaConvention = DeltaConvention.Regression,
    };

    /// <summary>The samples as they are, less nothing and in no frames, for the network <c>raw</c>.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions Raw(int sampleRate) => Mfcc(sampleRate) with { Kind = FeatureKind.Raw };

    /// <summary>Reads options; names that are absent keep their defaults.</summary>
    /// <param name="json">An object with snake_case names, such as <c>{"kind":"logmel","sample_rate":16000}</c>.</param>
    /// <exception cref="ArgumentException">It is no JSON, has an unknown name or value, or is not valid.</exception>
    public static FeatureOptions FromJson(string json)
    {
        try
        {
            FeatureOptions options = JsonSerializer.Deserialize<FeatureOptions>(json, JsonFormat)
                ?? throw new ArgumentException("Feature options are `null`: give an object, {} for the defaults.");
            options.Validate();
            return options;
        }
        catch (JsonException error)
        {
            throw new ArgumentException(
                $"Feature options cannot be read: {error.Message} Correct the name or the value, or leave it out.",
                error);
        }
    }

    /// <summary>Writes the options as <see cref="FromJson"/> reads them.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat);

    /// <summary>Frames of a clip; see <see cref="Framing"/>.</summary>
    /// <param name="samples">Samples of the clip.</param>
    public int Frames(int samples) => Kind == FeatureKind.Raw ? samples : Center || SnipEdges
        ? Framing.Frames(samples, FrameLength, HopLength, Center)
        : Framing.FramesOfEveryHop(samples, HopLength);

    /// <summary>Checks that the settings are in range and fit together.</summary>
    /// <exception cref="ArgumentException">One does not; the message says which, what came and what to do.</exception>
    public void Validate()
    {
        Require(SampleRate >= 1, nameof(SampleRate), SampleRate, "give Hz, at least 1");
        Require(FftSize >= 2, nameof(FftSize), FftSize, "give samples, at least 2; a power of two is fastest");
        Require(HopLength >= 1, nameof(HopLength), HopLength, "give samples, at least 1");
        Require(
            EffectiveWindowLength >= 1 && EffectiveWindowLength <= FftSize,
            nameof(WindowLength), EffectiveWindowLength, $"give 1 to FftSize = {FftSize} samples, or null for all");
        Require(
            FftSize <= RealFft.LongestLength, nameof(FftSize), FftSize,
            $"give at most {RealFft.LongestLength} samples");
        Require(
            SampleScale > 0 && double.IsFinite(SampleScale), nameof(SampleScale), SampleScale,
            "give a number above 0");
        Require(PreEmphasis is >= 0 and <= 1, nameof(PreEmphasis), PreEmphasis, "give 0 for none, to 1");
        if (Center && !SnipEdges)
        {
            throw new ArgumentException(
                "SnipEdges is false and Center is true: give one of them only; both place the frames.",
                nameof(SnipEdges));
        }

        Require(
            WindowParameter is null || Windows.Takes(Window, WindowParameter.Value),
            nameof(WindowParameter), WindowParameter ?? 0, $"give null, or a number that the window {Window} takes");
        RequireWarp();
        if (!Wavelet.Names.Contains(WaveletName))
        {
            throw new ArgumentException(
                $"WaveletName is '{WaveletName}': give one of {string.Join(", ", Wavelet.Names)}.", nameof(WaveletName));
        }

        Require(WaveletLevels is >= 1 and <= 16, nameof(WaveletLevels), WaveletLevels, "give 1 to 16");
        if (Kind == FeatureKind.Raw && UseEnergy)
        {
            throw new ArgumentException(
                "UseEnergy is true and Kind is Raw: samples have no frames whose energy could be taken; leave it out.",
                nameof(UseEnergy));
        }

        if (Kind == FeatureKind.WaveletCepstrum && UseEnergy)
        {
            throw new ArgumentException(
                "UseEnergy is true, and a wavelet cepstrum has no energy row: leave it out.", nameof(UseEnergy));
        }

        Require(LifterStart is 0 or 1, nameof(LifterStart), LifterStart, "give 0 or 1");
        Require(
            EnergyFloor >= 0 && double.IsFinite(EnergyFloor), nameof(EnergyFloor), EnergyFloor,
            "give a number from 0");
        Require(Deltas is >= 0 and <= 2, nameof(Deltas), Deltas, "give 0 for none, 1 for delta, 2 for delta-delta too");
        Require(
            EffectiveDeltaWidth >= 3 && EffectiveDeltaWidth % 2 == 1, nameof(DeltaWidth), EffectiveDeltaWidth,
            "give an odd number of frames from 3, or null for the convention's own");
        Require(Power is 1 or 2, nameof(Power), Power, "give 1 for magnitude or 2 for power");
        Require(MelBands >= 1, nameof(MelBands), MelBands, "give at least 1");
        Require(
            MinFrequency >= 0 && MinFrequency < EffectiveMaxFrequency,
            nameof(MinFrequency), MinFrequency, $"give Hz from 0 to below MaxFrequency = {EffectiveMaxFrequency}");
        Require(
            EffectiveMaxFrequency <= SampleRate / 2.0,
            nameof(MaxFrequency), EffectiveMaxFrequency, $"give at most half of SampleRate = {SampleRate} Hz, or null");
        Require(LogFloor > 0 && double.IsFinite(LogFloor), nameof(LogFloor), LogFloor, "give a number above 0");
        Require(
            LogReference > 0 && double.IsFinite(LogReference),
            nameof(LogReference), LogReference, "give a number above 0");
        Require(
            TopDb is null or (>= 0 and < double.PositiveInfinity),
            nameof(TopDb), TopDb ?? 0, "give dB, 0 or more, or null for no limit");
        Require(LogOffset > 0 && double.IsFinite(LogOffset), nameof(LogOffset), LogOffset, "give a number above 0");
        Require(
            Kind != FeatureKind.WaveletCepstrum || (Coefficients >= 1 && Coefficients <= TransformLength),
            nameof(Coefficients), Coefficients, $"give at least 1, and no more than wavelet coefficients");
        Require(
            Kind == FeatureKind.WaveletCepstrum || (Coefficients >= 1 && Coefficients <= MelBands),
            nameof(Coefficients), Coefficients, $"give 1 to MelBands = {MelBands}");
        Require(DctType is >= 1 and <= 3, nameof(DctType), DctType, "give 1, 2 or 3");
        Require(DctType != 1 || MelBands > 1, nameof(DctType), DctType, "type 1 needs MelBands of at least 2");
        Require(
            DctType == 2 || DctNorm != DctNorm.Htk, nameof(DctType), DctType, "HTK's norm is that of type 2 only");
        Require(Lifter >= 0 && double.IsFinite(Lifter), nameof(Lifter), Lifter, "give 0 for none, or a number above 0");
        RequireDefined(Kind, nameof(Kind));
        RequireDefined(Window, nameof(Window));
        RequireDefined(PadMode, nameof(PadMode));
        RequireDefined(MelScale, nameof(MelScale));
        RequireDefined(MelNorm, nameof(MelNorm));
        RequireDefined(MelShape, nameof(MelShape));
        RequireDefined(DeltaConvention, nameof(DeltaConvention));
        RequireDefined(BinGrid, nameof(BinGrid));
        RequireDefined(Log, nameof(Log));
        RequireDefined(DctNorm, nameof(DctNorm));
        RequireDefined(WaveletBorder, nameof(WaveletBorder));
        RequireDefined(EffectiveDeltaBorder, nameof(DeltaBorder));
    }

    /// <summary>Where the warp ends, when <see cref="VtlnHigh"/> counts from half the rate.</summary>
    internal double EffectiveVtlnHigh => VtlnHigh > 0 ? VtlnHigh : (SampleRate / 2.0) + VtlnHigh;

    private void RequireWarp()
    {
        Require(VtlnWarp > 0 && double.IsFinite(VtlnWarp), nameof(VtlnWarp), VtlnWarp, "give a number above 0, 1 for none");
        if (VtlnWarp == 1)
        {
            return;
        }

        Require(
            VtlnLow > MinFrequency && VtlnLow < EffectiveVtlnHigh, nameof(VtlnLow), VtlnLow,
            $"give Hz above MinFrequency = {MinFrequency} and below VtlnHigh = {EffectiveVtlnHigh}");
        Require(
            EffectiveVtlnHigh < EffectiveMaxFrequency, nameof(VtlnHigh), VtlnHigh,
            $"give Hz below MaxFrequency = {EffectiveMaxFrequency}, or what is taken from half the rate");
        Require(
            VtlnLow * Math.Max(1, VtlnWarp) < EffectiveVtlnHigh * Math.Min(1, VtlnWarp), nameof(VtlnWarp), VtlnWarp,
            "give a number nearer to 1, or VtlnLow and VtlnHigh further apart");
    }

    private static void Require(bool holds, string name, double came, string remedy)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} is {came:R}: {remedy}.", name);
        }
    }

    private static void RequireDefined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            string names = string.Join(", ", Enum.GetNames<T>());
            throw new ArgumentException($"{name} is {value}: give one of {names}.", name);
        }
    }

    private static JsonSerializerOptions CreateJsonFormat()
    {
        var format = new JsonSerializerOptions(JsonSerializerOptions.Default)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            AllowDuplicateProperties = false,
            WriteIndented = true,
        };
        format.MakeReadOnly();
        return format;
    }
}
