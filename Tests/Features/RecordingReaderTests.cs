// Recordings as augmentation takes them: at the run's rate as the operator has it, within a limit, and room impulse
// responses from their direct sound on.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Augmentation;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class RecordingReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ComputeDevice device = TestDevices.Get(TestDevices.Selectors[0]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(44_100, 16_000, 500_000)]
    [InlineData(8000, 16_000, 200_001)]
    [InlineData(11_025, 8000, 3)]
    [InlineData(16_000, 16_000, 1000)]
    public void Recording_OfAnotherRate_IsResampledAsAWhole(int from, int to, int length)
    {
        float[] samples = Randoms.Normal(length, seed: 1, 0.1);
        string file = Write("one.wav", samples, from);

        float[] read = Assert.Single(RecordingReader.Read(device, [file], to, seed: 0).Samples);

        var whole = new Resample(device, length, from, to);
        Tensor<float> expected = device.Allocate<float>(new Shape(1, whole.Outputs));
        whole.Forward(device.Upload<float>(new Shape(1, length), samples), expected);
        Closeness.Close("recording", read, expected.ToArray(), 1e-6, whole.Outputs);
    }

    [Fact]
    public void Recordings_BeyondTheLimit_AreLeftByTheSeedAlone()
    {
        string[] files = [.. Enumerable.Range(0, 20).Select(i => Write($"{i:D2}.wav", Randoms.Normal(100, i), 8000))];

        ReadRecordings some = RecordingReader.Read(device, files, 8000, seed: 1, mostSamples: 450);
        ReadRecordings again = RecordingReader.Read(device, files, 8000, seed: 1, mostSamples: 450);
        ReadRecordings others = RecordingReader.Read(device, files, 8000, seed: 2, mostSamples: 450);

        Assert.Equal(450, some.Samples.Sum(one => one.Length));
        Assert.Equal(15, some.Left);
        Assert.Equal(some.Samples, again.Samples);
        Assert.NotEqual(some.Samples, others.Samples);
        Assert.Equal(20, RecordingReader.Read(device, files, 8000, seed: 1).Samples.Count);
    }

    [Fact]
    public void Recordings_ThatCannotBeUsed_AreNamed()
    {
        string text = folder.Text("text.wav", "this is no sound");
        string silent = Write("silent.wav", new float[50], 8000);
        string good = Write("good.wav", Randoms.Normal(50, seed: 2), 8000);

        ReadRecordings read = RecordingReader.Read(device, [text, silent, good], 8000, seed: 0);

        Assert.Single(read.Samples);
        Assert.Equal(2, read.Skipped.Count);
        Assert.All(
            new[] { text, silent }, file => Assert.Contains(
                read.Skipped, line => line.StartsWith(file, StringComparison.Ordinal)));
    }

    [Fact]
    public void Response_BeginsAtItsLargestSampleEndsWithTheClipAndHasTheEnergyOne()
    {
        float[] samples = Randoms.Normal(400, seed: 3, 0.01);
        samples[60] = -2f;

        float[] response = RecordingReader.ResponseOf(samples, clipSamples: 100)!;

        double norm = Math.Sqrt(samples[60..160].ToDouble().Sum(v => v * v));
        Closeness.Close("response", response, [.. samples[60..160].Select(v => (float)(v / norm))], 1e-6, 100);
        Assert.Equal(100, response.Length);
        Assert.Equal(1, response.ToDouble().Sum(v => v * v), 1e-6);
        Assert.Null(RecordingReader.ResponseOf(new float[10], clipSamples: 100));
        Assert.Null(RecordingReader.ResponseOf([], clipSamples: 100));
    }

    private string Write(string name, float[] samples, int rate)
    {
        WavWriter.WriteFloat32(folder[name], samples, rate);
        return folder[name];
    }
}
