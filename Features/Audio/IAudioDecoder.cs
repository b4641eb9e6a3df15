// The seam between sound files and the rest: a format is one decoder; `AudioFile` asks each in turn. Another library
// is one class that implements this interface, and its place in `AudioFile.KnownDecoders`: before FfmpegDecoder, to be
// asked first.

namespace NativeCnn.Features.Audio;

/// <summary>Reads some container formats. Decoders hold no state of a file and may be shared between threads.</summary>
public interface IAudioDecoder
{
    /// <summary>
    /// What the decoded samples depend on beside the file and this programme's own code, such as the version of another
    /// programme; empty for nothing. Part of the key of whatever is cached.
    /// </summary>
    string Version => "";

    /// <summary>
    /// Whether the decoder opens a path by itself, so that nobody needs to hold the file in memory for it.
    /// </summary>
    bool OpensFiles => false;

    /// <summary>Whether these first bytes are this decoder's format, whatever the file is called.</summary>
    /// <param name="header">
    /// The first bytes of the file; <see cref="AudioFile.HeaderBytes"/> of them when it has as many.
    /// </param>
    bool CanDecode(ReadOnlySpan<byte> header);

    /// <summary>Decodes a whole file held in memory.</summary>
    /// <param name="file">Every byte of the file.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="AudioFormatException">The bytes are not sound of this format; the message says why.</exception>
    AudioClip Decode(ReadOnlySpan<byte> file, string name);

    /// <summary>Decodes a whole file held in memory, and may be stopped.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string)"/>
    /// <param name="file">Every byte of the file.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <param name="cancellation">Stops what takes long; a decoder as fast as WAV's need not look at it.</param>
    AudioClip Decode(ReadOnlySpan<byte> file, string name, CancellationToken cancellation) => Decode(file, name);

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops what takes long.</param>
    /// <exception cref="AudioFormatException">It cannot be opened or decoded; the message says why.</exception>
    AudioClip Decode(string path, CancellationToken cancellation = default) => AudioFile.Read(path, this, cancellation);
}
