namespace NativeCnn.Features.Audio;

/// <summary>How a file stored its samples.</summary>
public enum AudioEncoding
{
    /// <summary>Integers; 8 bits and fewer are unsigned, more are two's complement.</summary>
    Pcm,

    /// <summary>IEEE 754 numbers of 32 or 64 bits, full scale at 1.</summary>
    IeeeFloat,

    /// <summary>ITU-T G.711 A-law, 8 bits.</summary>
    ALaw,

    /// <summary>ITU-T G.711 mu-law, 8 bits.</summary>
    MuLaw,

    /// <summary>As a codec does: FLAC, MP3, Vorbis, Opus, ADPCM, AAC and others.</summary>
    Compressed,
}
