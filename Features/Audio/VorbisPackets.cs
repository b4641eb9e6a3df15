// One Vorbis stream's packets, as NVorbis asks for them. The comments are not handed over: their lengths are 32-bit
// numbers of the file that NVorbis would take memory for, and nobody here reads them.

using NVorbis.Contracts;

namespace NativeCnn.Features.Audio;

/// <summary>Hands packets over, the first three of which are headers.</summary>
/// <param name="bytes">The bytes that packets lie in.</param>
/// <param name="packets">All of them.</param>
internal sealed class VorbisPackets(byte[] bytes, IReadOnlyList<OggPacket> packets) : IPacketProvider
{
    private const int Comments = 1;

    // Type 3, an empty vendor, no comments, the closing bit; padded as OggPackets is.
    private static readonly byte[] NoComments =
        [3, .. "vorbis"u8, 0, 0, 0, 0, 0, 0, 0, 0, 1, .. new byte[OggPackets.Padding]];

    private readonly VorbisPacket packet = new();
    private int next;

    /// <inheritdoc/>
    public bool CanSeek => false;

    /// <inheritdoc/>
    public int StreamSerial => 0;

    /// <summary>Where the page of the packet handed over last begins in the file.</summary>
    internal int Position => packets[Math.Clamp(next - 1, 0, packets.Count - 1)].Page;

    /// <inheritdoc/>
    public IPacket? GetNextPacket()
    {
        IPacket? handed = PeekNextPacket();
        next++;
        return handed;
    }

    /// <inheritdoc/>
    public IPacket? PeekNextPacket() =>
        next == Comments ? packet.Open(NoComments, 0, NoComments.Length - OggPackets.Padding)
        : next < packets.Count ? packet.Open(bytes, packets[next].Offset, packets[next].Length)
        : null;

    /// <inheritdoc/>
    public long SeekTo(long granulePos, int preRoll, GetPacketGranuleCount getPacketGranuleCount) =>
        throw new NotSupportedException("A clip is decoded from its beginning.");

    /// <inheritdoc/>
    public long GetGranuleCount() => throw new NotSupportedException("A clip's length is counted while it is decoded.");
}
