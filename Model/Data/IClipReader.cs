using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>Gives the samples of a clip. Called from several threads at once.</summary>
public interface IClipReader
{
    /// <summary>Reads one clip.</summary>
    /// <param name="entry">The clip.</param>
    /// <param name="cancellation">Stops a decoder that takes long.</param>
    /// <exception cref="AudioFormatException">It is no sound that can be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    AudioClip Read(ClipEntry entry, CancellationToken cancellation = default);

    /// <summary>Whether clips have keys.</summary>
    bool IdentifiesClips => false;

    /// <summary>
    /// What identifies the samples of a clip, whatever it is called: for caches. Null where nothing is to be kept of
    /// it, or it cannot be read.
    /// </summary>
    /// <param name="entry">The clip.</param>
    UInt128? ContentKey(ClipEntry entry) => null;

    /// <summary>
    /// The hash of the clip's bytes alone, whatever decodes them: for records that outlive a version of this programme.
    /// Null where there is no file, or it cannot be read.
    /// </summary>
    /// <param name="entry">The clip.</param>
    UInt128? ContentHash(ClipEntry entry) => null;

    /// <summary>Is told what <see cref="ContentHash"/> was when the clip was read last.</summary>
    /// <param name="entry">The clip, whose <see cref="FileKey"/> is what it was then.</param>
    /// <param name="content">The hash of its bytes; 0 for one that is not known.</param>
    void Know(ClipEntry entry, UInt128 content)
    {
    }

    /// <summary>
    /// What identifies the file of a clip without reading it: path, length, and the times of its making and of its
    /// last change. Null where it tells nothing: there is no file, or it was changed less than two seconds ago.
    /// </summary>
    /// <param name="entry">The clip.</param>
    UInt128? FileKey(ClipEntry entry) => null;

    /// <summary>A way to read many clips in turn, for one thread.</summary>
    IClipCursor Cursor() => new PlainCursor(this);

    /// <summary>Takes back a clip that was read and will be wanted again.</summary>
    /// <param name="entry">The clip.</param>
    /// <param name="clip">What was read.</param>
    void PutBack(ClipEntry entry, AudioClip clip)
    {
    }
}
