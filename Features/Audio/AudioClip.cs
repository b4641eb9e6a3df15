// What every decoder hands over: one channel of samples, their rate, and the facts of the file they came from.

namespace NativeCnn.Features.Audio;

/// <summary>Sound in memory, mixed to one channel.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Samples">
/// [samples], all finite. Integer and G.711 sources lie in [-1, 1]; float sources have full scale at 1 and are handed
/// over as they are, so that one recorded too hot may overshoot.
/// </param>
/// <param name="SampleRate">Samples a second, at least 1.</param>
/// <param name="Channels">Channels of the source; <paramref name="Samples"/> is their mean.</param>
/// <param name="BitsPerSample">Significant bits of a source sample; 32 where a codec made floats of it.</param>
/// <param name="Encoding">How the source stored its samples.</param>
public sealed record AudioClip(
    float[] Samples, int SampleRate, int Channels, int BitsPerSample, AudioEncoding Encoding)
{
    /// <summary>What is odd about the file that was read all the same; null for nothing.</summary>
    public AudioRemark? Remark { get; init; }

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples.Length / SampleRate;
}
