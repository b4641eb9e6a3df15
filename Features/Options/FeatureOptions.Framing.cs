// Framing: where frames lie on the clip, and what is padded where they reach beyond it. See Framing.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// Whether frame m is centred on sample m * hop, with floor(fft / 2) samples padded on both sides (the default), or
    /// begins there.
    /// </summary>
    [JsonPropertyOrder(Order.Framing)]
    public bool Center { get; init; } = true;

    /// <summary>
    /// Whether a frame is as long as the window, zeros behind it up to the transform's length (Kaldi, HTK), or as long
    /// as the transform, with the window in its middle (the default).
    /// </summary>
    [JsonPropertyOrder(Order.Framing)]
    public bool FrameIsWindow { get; init; }

    /// <summary>
    /// For frames that are not centred on multiples of the hop: whether only whole frames are taken (the default), or
    /// one for every hop, frame m centred on sample (m + 1/2) hop, as Kaldi does with snip_edges=false.
    /// </summary>
    [JsonPropertyOrder(Order.Framing)]
    public bool SnipEdges { get; init; } = true;

    /// <summary>What is padded where frames reach beyond the clip; silence by default.</summary>
    [JsonPropertyOrder(Order.Framing)]
    public PadMode PadMode { get; init; } = PadMode.Constant;

    /// <summary>Samples of a frame: the window's, or the transform's.</summary>
    [JsonIgnore]
    public int FrameLength => FrameIsWindow ? EffectiveWindowLength : FftSize;

    /// <summary>How far frame m begins before sample m * hop; below 0 where it begins behind it.</summary>
    [JsonIgnore]
    public int FramePad => Center ? FrameLength / 2 : SnipEdges ? 0 : (FrameLength / 2) - (HopLength / 2);

    /// <summary>Frames of a clip; see <see cref="Framing"/>.</summary>
    /// <param name="samples">Samples of the clip.</param>
    public int Frames(int samples) => Kind == FeatureKind.Raw ? samples : Center || SnipEdges
        ? Framing.Frames(samples, FrameLength, HopLength, Center)
        : Framing.FramesOfEveryHop(samples, HopLength);

    private void ValidateFraming()
    {
        if (Center && !SnipEdges)
        {
            throw new ArgumentException(
                "SnipEdges is false and Center is true: give one of them only; both place the frames.",
                nameof(SnipEdges));
        }

        RequireDefined(PadMode, nameof(PadMode));
    }
}
