// WAV whose samples another's codec has packed, a decoder of its own so that what is cached of such files depends on
// the versions of these libraries and of ffmpeg, and what is cached of plain WAV does not.

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes WAV of every codec that <see cref="WavDecoder"/> does not decode by itself: MPEG audio by NLayer, G.722 by
/// NAudio, others by ffmpeg. A file whose format stands further behind is taken too, for its codec is not known yet.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class PackedWavDecoder : IAudioDecoder
{
    private static readonly WavDecoder Wav = new();
    private static readonly MpegAudioDecoder Mpeg = new();
    private static readonly FfmpegDecoder Ffmpeg = new();

    /// <inheritdoc/>
    public string Version => $"{Mpeg.Version} {WavG722.Library} {Ffmpeg.Version}";

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header) =>
        WavHeader.IsWav(header) && !WavHeader.IsOurs(WavHeader.TagOf(header));

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name) => Wav.Decode(file, name);

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name, CancellationToken cancellation) =>
        Wav.Decode(file, name, cancellation);
}
