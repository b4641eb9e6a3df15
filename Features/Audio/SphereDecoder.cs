// NIST SPHERE, the files of TIMIT and of many other speech corpora, mostly called .WAV or .sph: a header in text, then
// samples of the kinds that WAV has.

using System.Globalization;
using System.Text;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes SPHERE files of integers (8 to 32 bits, either byte order), mu-law and A-law, any number of channels one
/// beside the other. What Shorten or another codec has packed is refused by its name: ffmpeg does not read it either.
/// Source: NIST, "SPeech HEader REsources", and the corpora's readme files.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class SphereDecoder : IAudioDecoder
{
    private const int LargestSampleRate = 10_000_000;
    private const int LongestHeader = 1 << 20;
    private const string Remedy = "unpack it with NIST's `w_decode -o pcm IN OUT` or with `sph2pipe -f wav IN OUT.wav`";
    private const string CopyAgain = "copy the whole file again";

    private static ReadOnlySpan<byte> Signature => "NIST_1A\n"u8;

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header) => header.StartsWith(Signature);

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!CanDecode(file))
        {
            throw AudioFile.NotSound(file, name);
        }

        int headerBytes = HeaderBytes(file, name);
        Dictionary<string, string> fields = Fields(file[Signature.Length..headerBytes], name);
        string coding = fields.GetValueOrDefault("sample_coding", "pcm").ToLowerInvariant();
        AudioEncoding encoding = coding switch
        {
            "pcm" or "pcm-2" or "linear" => AudioEncoding.Pcm,
            "ulaw" or "mu-law" or "mulaw" or "pculaw" => AudioEncoding.MuLaw,
            "alaw" or "a-law" => AudioEncoding.ALaw,
            _ => throw AudioFormatException.Of(
                name,
                coding.Contains("shorten", StringComparison.Ordinal)
                    ? $"its samples are packed by Shorten (sample_coding {coding}), which is not decoded"
                    : $"its samples are coded as {coding}, which is not decoded",
                Remedy),
        };

        // A speaker's single channel is often not mentioned, and neither is that samples of G.711 take a byte.
        int channels = Number(fields, "channel_count", 1, name);
        int rate = Number(fields, "sample_rate", encoding == AudioEncoding.Pcm ? null : 8000, name);
        int bytes = Number(fields, "sample_n_bytes", encoding == AudioEncoding.Pcm ? 2 : 1, name);
        bool isSpread = fields.GetValueOrDefault("channels_interleaved", "TRUE") is var spread
            && spread.StartsWith("F", StringComparison.OrdinalIgnoreCase);
        bool fits = encoding == AudioEncoding.Pcm ? bytes is >= 1 and <= 4 : bytes == 1;
        if (!fits || channels is < 1 or > ushort.MaxValue || rate is < 1 or > LargestSampleRate
            || (isSpread && channels > 1))
        {
            throw AudioFormatException.Of(
                name,
                $"its header claims {channels} channels of {bytes}-byte {encoding} at {rate} Hz"
                + (isSpread ? ", one channel behind the other" : "") + ", which is not decoded",
                "save it again as 16-bit PCM in WAV");
        }

        int frameBytes = channels * bytes;
        int held = file.Length - headerBytes;
        long promised = Number(fields, "sample_count", held / frameBytes, name) * (long)frameBytes;
        WavHeader header = WavHeader.Of(
            encoding, channels, rate, 8 * bytes, IsBigEndian(fields, bytes, name), headerBytes,
            (int)Math.Min(promised, held));
        AudioClip clip = WavDecoder.DecodeSigned(file.Slice(headerBytes, header.DataLength), header, name);
        return promised <= held
            ? clip
            : clip with
            {
                Remark = AudioRemark.CutShort($"its header promises {promised} bytes of samples, {held} are there"),
            };
    }

    // The second line is the header's length, a multiple of 1,024.
    private static int HeaderBytes(ReadOnlySpan<byte> file, string name)
    {
        ReadOnlySpan<byte> line = file.Slice(Signature.Length, Math.Min(file.Length - Signature.Length, 8));
        bool isNumber = int.TryParse(
            Encoding.ASCII.GetString(line), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out int length);
        return isNumber && length is >= 16 and <= LongestHeader && length <= file.Length
            ? length
            : throw AudioFormatException.Of(
                name,
                isNumber
                    ? $"it is truncated: its header takes {length} bytes, the file holds {file.Length}"
                    : $"the length of its header was expected at byte {Signature.Length}",
                CopyAgain);
    }

    // Lines of name, -i, -r or -sLENGTH, value; up to `end_head`. A line that begins with a semicolon is a comment.
    private static Dictionary<string, string> Fields(ReadOnlySpan<byte> header, string name)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in Encoding.Latin1.GetString(header).Split('\n'))
        {
            string[] parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts is ["end_head", ..])
            {
                return fields;
            }

            if (parts is [var key, ['-', ..], var value] && !key.StartsWith(';'))
            {
                fields[key] = value;
            }
        }

        throw AudioFormatException.Of(name, "its header has no `end_head`", CopyAgain);
    }

    private static int Number(Dictionary<string, string> fields, string key, int? absent, string name)
    {
        string? text = fields.GetValueOrDefault(key);
        if (text is null && absent is { } fallback)
        {
            return fallback;
        }

        // A rate may be given as a float.
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number is >= 0 and <= int.MaxValue
                ? (int)Math.Round(number)
                : throw AudioFormatException.Of(
                    name,
                    text is null ? $"its header has no {key}" : $"its header has the {key} \"{text}\", no number",
                    CopyAgain);
    }

    // "01" is the low byte first, "10" the high one; for samples of one byte it is "1" or not there.
    private static bool IsBigEndian(Dictionary<string, string> fields, int bytes, string name)
    {
        if (bytes == 1)
        {
            return false;
        }

        string order = fields.GetValueOrDefault("sample_byte_format", "");
        return order.Length == bytes && order is "10" or "210" or "3210" ? true
            : order.Length == bytes && order is "01" or "012" or "0123" ? false
            : throw AudioFormatException.Of(
                name,
                $"its header has the sample_byte_format \"{order}\" for samples of {bytes} bytes; 01 or 10 was "
                + "expected",
                "save it again as 16-bit PCM in WAV");
    }
}
