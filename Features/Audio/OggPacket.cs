namespace NativeCnn.Features.Audio;

/// <summary>A packet of a logical Ogg stream, in the bytes of <see cref="OggPackets"/>.</summary>
/// <param name="Offset">Where it begins there.</param>
/// <param name="Length">Its bytes, at least 1.</param>
/// <param name="Granule">The stream's position after it; -1 where its page does not say it of this packet.</param>
/// <param name="Page">Where the page that ends it begins in the file.</param>
internal readonly record struct OggPacket(int Offset, int Length, long Granule, int Page);
