// One classifier, many threads: every answer is the one that a single thread gets.
using NativeCnn.Features.Synthesis;
using NativeCnn.Model;
using NativeCnn.Tests.Cli;

namespace NativeCnn.Tests.Model;

public sealed class SharedClassifierTests
{
    private const int Sounds = 12;
    private const int Threads = 16;
    private const int Rounds = 40;

    [Fact]
    public void Classifier_UsedByManyThreads_AnswersAsToOne()
    {
        using var trained = new TrainedRun();
        using Classifier classifier = Classifier.Load(trained.Path, "cpu");
        float[][] sounds =
            [.. Enumerable.Range(0, Sounds).Select(i => SoundSynthesizer.Generate(i % 10, 900 + i, 8000, 0.25, 5))];
        Prediction[] expected = [.. sounds.Select(sound => classifier.Predict(sound, 8000))];
        int wrong = 0;

        Thread[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    int sound = (thread + i) % Sounds;
                    Prediction got = classifier.Predict(sounds[sound], 8000);
                    if (!got.Ranked.SequenceEqual(expected[sound].Ranked))
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(0, wrong);
    }
}
