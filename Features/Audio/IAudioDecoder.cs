// The seam between sound files and the rest: a format is one decoder; `AudioFile` asks each in turn.

namespace NativeCnn.Features.Audio;

/// <summary>Reads one container format. Decoders hold no state and may be shared between threads.</summary>
public interface IAudioDecoder
{
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

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AudioFormatException">It cannot be opened or decoded; the message says why.</exception>
    AudioClip Decode(string path) => AudioFile.Read(path, this);
}
