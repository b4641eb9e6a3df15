namespace NativeCnn.Features.Audio;

/// <summary>The facts of a sound file.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Samples">Samples of each channel.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Channels">Channels of the file.</param>
/// <param name="BitsPerSample">Significant bits of a sample as it is stored.</param>
/// <param name="Encoding">How samples are stored.</param>
/// <param name="Container">The container by its usual name: <c>WAV</c>, else the file name's extension.</param>
public sealed record AudioFacts(
    long Samples, int SampleRate, int Channels, int BitsPerSample, AudioEncoding Encoding, string Container)
{
    /// <summary>What is odd about the file that can be read all the same; null for nothing.</summary>
    public AudioRemark? Remark { get; init; }

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples / SampleRate;
}
