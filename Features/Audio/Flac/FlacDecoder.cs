// FLAC, decoded by hand: every sample size of 4 to 32 bits, 1 to 8 channels, fixed and variable blocks. FlacStreamInfo
// reads what stands before the frames, FlacBlock decodes a frame, FlacOutput makes the clip of it; here they meet.

namespace NativeCnn.Features.Audio.Flac;

/// <summary>
/// Decodes FLAC. Allocates the samples it returns and borrows what one frame needs; no number in the metadata makes it
/// allocate more than the file can hold. Source of the format: RFC 9639, "Free Lossless Audio Codec (FLAC)".
/// </summary>
/// <remarks>
/// Thread-safe: it holds no state.
/// <list type="bullet">
/// <item>A sample of n bits is divided by 2^(n-1), so that the lowest becomes -1; channels are mixed to their
/// mean: as <see cref="WavDecoder"/> does.</item>
/// <item>An ID3v2 tag before the file, tags and zeros behind its last frame, and all metadata but STREAMINFO are passed
/// over.</item>
/// <item>The checksums of each frame are checked, and the MD5 of all samples where there is one.</item>
/// <item>A file that ends within a frame, or before it has the samples that STREAMINFO promises, gives its whole
/// frames, with a remark and no MD5; more samples than promised are an error. Where their number is not known (0), all
/// frames up to the end are taken.</item>
/// <item>A frame of another rate, sample size or number of channels than STREAMINFO's is an error.</item>
/// </list>
/// </remarks>
public sealed class FlacDecoder : IAudioDecoder
{
    private const int Id3v1Bytes = 128;

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header)
    {
        int tag = Id3Tag.LengthOf(header);
        return tag <= header.Length && FlacStreamInfo.Begins(header[tag..]);
    }

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        FlacStreamInfo info = FlacStreamInfo.Parse(file, name);
        using var output = new FlacOutput(info, file);
        using var block = new FlacBlock(info);
        int position = info.FirstFrame;
        AudioRemark? remark = null;
        while (remark is null && !IsAtTheEnd(file, position, info, output.Count, name, out remark))
        {
            try
            {
                position = block.Decode(file, position, name);
                output.Add(block, name);
            }
            catch (AudioFormatException error) when (error.IsAtTheEnd && !HasFrameBehind(file, position, info))
            {
                remark = AudioRemark.CutShort($"it ends at byte {file.Length}, within the frame at byte {position}");
            }
        }

        return new AudioClip(
            output.Finish(file, name, isWhole: remark is null), info.SampleRate, info.Channels, info.BitsPerSample,
            AudioEncoding.Compressed)
        {
            Remark = remark,
        };
    }

    // Whether another frame begins behind one that seems to run over the end: then it is damaged, and not cut off.
    private static bool HasFrameBehind(ReadOnlySpan<byte> file, int position, in FlacStreamInfo info)
    {
        for (int at = position + 1; at < file.Length; at++)
        {
            int step = file[at..].IndexOf((byte)0xFF);
            if (step < 0)
            {
                return false;
            }

            at += step;
            if (FlacFrameHeader.IsAt(file[at..], info))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAtTheEnd(
        ReadOnlySpan<byte> file, int position, in FlacStreamInfo info, long count, string name, out AudioRemark? remark)
    {
        remark = null;
        ReadOnlySpan<byte> rest = file[position..];
        bool goesOn = FlacFrameHeader.Begins(rest) || FlacStreamInfo.Begins(rest);
        if (info.Total == 0 || count < info.Total)
        {
            bool ends = rest.IsEmpty || (!goesOn && IsTag(rest));
            remark = ends && info.Total != 0
                ? AudioRemark.CutShort($"STREAMINFO promises {info.Total} samples, its frames hold {count}")
                : null;
            return ends;
        }

        return count == info.Total && !goesOn
            ? true
            : throw AudioFormatException.Of(
                name,
                count == info.Total
                    ? $"STREAMINFO promises {count} samples, and more begin behind them at byte {position}"
                    : $"STREAMINFO promises {info.Total} samples, the frames up to byte {position} hold {count}",
                "encode it again");
    }

    // ID3v1, APE and ID3v2 tags, and zeros that fill the file up.
    private static bool IsTag(ReadOnlySpan<byte> rest) =>
        (rest.Length == Id3v1Bytes && rest.StartsWith("TAG"u8)) || rest.StartsWith("APETAGEX"u8)
        || rest.StartsWith("ID3"u8) || !rest.ContainsAnyExcept((byte)0);
}
