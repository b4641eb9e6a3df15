using NativeCnn.Model.Jobs;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Jobs;

public sealed class SilenceWatchTests
{
    private readonly SetClock clock = new();
    private readonly SilenceWatch watch;

    public SilenceWatchTests() =>
        watch = new SilenceWatch(new JobOptions { Silence = TimeSpan.FromSeconds(60), Time = clock });

    [Fact]
    public void Claim_WhoseContentStaysTheSame_IsSilentAfterTheSilenceAndNotBefore()
    {
        Assert.False(Look("1", after: 0));
        for (int second = 1; second < 60; second++)
        {
            Assert.False(Look("1", after: 1), $"after {second} s");
        }

        Assert.True(Look("1", after: 1));
    }

    [Fact]
    public void Claim_WhoseContentChanges_IsNeverSilent()
    {
        for (int beat = 0; beat < 100; beat++)
        {
            Assert.False(Look($"{beat}", after: 5));
        }
    }

    [Fact]
    public void Watcher_ThatWasStoppedItself_DoesNotTakeItsOwnPauseForSilence()
    {
        Look("1", after: 0);
        Assert.False(Look("1", after: 3600), "an hour in which this worker did not look says nothing of the other");
        Assert.False(Look("2", after: 1));
    }

    [Fact]
    public void AnotherClaimOfTheSameContent_HasASilenceOfItsOwn()
    {
        Look("1", after: 0);
        for (int second = 0; second < 50; second++)
        {
            Look("1", after: 1);
        }

        Assert.False(watch.IsSilent("other", "1"));
    }

    private bool Look(string content, double after)
    {
        clock.Pass(after);
        return watch.IsSilent("claim", content);
    }
}
