using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>Reads clips in turn, for one thread: what identifies a clip and its samples come of one reading.</summary>
public interface IClipCursor
{
    /// <summary>Goes to a clip.</summary>
    /// <param name="entry">The clip.</param>
    /// <returns>What <see cref="IClipReader.ContentKey"/> gives for it.</returns>
    /// <exception cref="AudioFormatException">It cannot be opened or read.</exception>
    UInt128? MoveTo(ClipEntry entry);

    /// <summary>
    /// Decodes the beginning of the clip straight into a row, and silence behind its end.
    /// </summary>
    /// <param name="sampleRate">The row's, in hertz.</param>
    /// <param name="row">[samples]; assigned unless this returns 0.</param>
    /// <returns>Samples of the whole clip; 0 where it takes <see cref="Decode"/>.</returns>
    /// <exception cref="AudioFormatException">It is no sound that can be read.</exception>
    int TryDecodeInto(int sampleRate, Span<float> row);

    /// <summary>Decodes the clip.</summary>
    /// <param name="cancellation">Stops a decoder that takes long.</param>
    /// <exception cref="AudioFormatException">It is no sound that can be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    AudioClip Decode(CancellationToken cancellation);
}
