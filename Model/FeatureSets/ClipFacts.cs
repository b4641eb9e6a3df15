// What a look at a clip tells, kept in the cache beside its features: a second run does not decode to see its data.
using NativeCnn.Features.Audio;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Rate and length of a clip.</summary>
/// <param name="SampleRate">In Hz.</param>
/// <param name="Samples">A channel's.</param>
internal sealed record ClipFacts(int SampleRate, int Samples)
{
    // Two numbers of 32 bits, as the rows of a pack are of floats.
    private static readonly PackLayout Layout = new(Values: 2);

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples / SampleRate;

    private static ParallelOptions Workers => new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private static string Settings => $"rate and length, code {typeof(AudioFile).Module.ModuleVersionId}";

    /// <summary>Looks at clips, several at a time; what cannot be read has a reason instead.</summary>
    public static (ClipFacts?[] Found, string?[] Reasons) Of(
        ClipEntry[] entries, IClipReader reader, FeatureCache? cache)
    {
        var facts = new ClipFacts?[entries.Length];
        string?[] reasons = new string?[entries.Length];
        UInt128[] keys = new UInt128[entries.Length];
        float[] rows = new float[entries.Length * Layout.Values];
        bool[] known = new bool[entries.Length];
        using CacheShelf? shelf = cache?.Open(Settings, Layout);
        Parallel.For(0, entries.Length, Workers, i =>
        {
            Span<float> row = rows.AsSpan(i * Layout.Values, Layout.Values);
            try
            {
                keys[i] = shelf is null ? 0 : reader.ContentKey(entries[i]) ?? 0;
                known[i] = shelf?.TryRead(keys[i], row, []) ?? false;
                if (!known[i])
                {
                    AudioClip clip = reader.Read(entries[i]);
                    reader.PutBack(entries[i], clip);
                    row[0] = BitConverter.Int32BitsToSingle(clip.SampleRate);
                    row[1] = BitConverter.Int32BitsToSingle(clip.Samples.Length);
                }

                facts[i] = new ClipFacts(
                    BitConverter.SingleToInt32Bits(row[0]), BitConverter.SingleToInt32Bits(row[1]));
            }
            catch (Exception error) when (error is AudioFormatException or IOException or UnauthorizedAccessException)
            {
                reasons[i] = error.Message;
            }
        });
        int[] learnt =
        [
            .. Enumerable.Range(0, entries.Length).Where(i => !known[i] && facts[i] is not null && keys[i] != 0),
        ];
        cache?.Keep(
            Settings, Layout, Array.ConvertAll(learnt, i => keys[i]),
            learnt.SelectMany(i => rows[(i * Layout.Values)..((i + 1) * Layout.Values)]).ToArray());
        return (facts, reasons);
    }
}
