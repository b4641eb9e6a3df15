// One mistake of NLayer 3.0.1, mended from outside: in blocks of three short windows it takes the highest band's lines
// all for the first window's, and so gives them that window's gain. LAME's variable bit rates have such gains, and lose
// all but 16 dB by it. The table that says which window a line is of ends too early; the rest of it is written here.

using System.Reflection;
using NLayer;

namespace NativeCnn.Features.Audio;

/// <summary>Completes a private table of NLayer's; of a version that has no such table nothing is changed.</summary>
internal static class MpegRepair
{
    private const int LinesOfAWindow = 192;
    private const int HighestBand = 12;
    private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly FieldInfo? LayerThree = typeof(MpegFrameDecoder).GetField("_layerIIIDecoder", Hidden);
    private static readonly FieldInfo? Bands = LayerThree?.FieldType.GetField("_sfBandIndexS", Hidden);
    private static readonly FieldInfo? Windows = LayerThree?.FieldType.GetField("_cbwLookupS", Hidden);

    /// <summary>Makes a decoder's tables, which a silent frame does, and completes them.</summary>
    /// <param name="decoder">One that has decoded nothing.</param>
    /// <param name="frame">Where to put the silent frame.</param>
    /// <param name="header">The header of the frames to come, of layer III.</param>
    internal static void Apply(MpegFrameDecoder decoder, MpegFrame frame, MpegHeader header)
    {
        frame.Open(header, new byte[header.FrameBytes]);
        decoder.DecodeFrame(frame, new float[2 * header.Samples].AsSpan());
        decoder.Reset();
        if (LayerThree?.GetValue(decoder) is { } layer
            && Bands?.GetValue(layer) is int[] { Length: > HighestBand } bands
            && Windows?.GetValue(layer) is byte[] { Length: >= 3 * LinesOfAWindow } windows)
        {
            int width = LinesOfAWindow - bands[HighestBand];
            for (int line = 0; line < 3 * width; line++)
            {
                windows[(3 * bands[HighestBand]) + line] = (byte)(line / width);
            }
        }
    }
}
