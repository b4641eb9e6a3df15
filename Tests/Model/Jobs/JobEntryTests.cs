using NativeCnn.Model.Jobs;

namespace NativeCnn.Tests.Model.Jobs;

public sealed class JobEntryTests
{
    [Theory]
    [InlineData(JobState.Waiting, "", "0007.waiting.2.1")]
    [InlineData(JobState.Claimed, "node3-4711-9f8e7d6c", "0007.claimed.2.1.node3-4711-9f8e7d6c")]
    [InlineData(JobState.Done, "a.b", "0007.done.2.1.a.b")]
    public void Name_SaysEverything_AndIsReadBack(JobState state, string owner, string name)
    {
        var job = new JobEntry(3, 7, state, 2, 1, owner);

        Assert.Equal(name, job.FileName);
        Assert.Equal(job, JobEntry.Parse(3, name));
    }

    [Theory]
    [InlineData("numbers.json")]
    [InlineData("0007")]
    [InlineData("0007.waiting.0")]
    [InlineData("0007.lost.0.0")]
    [InlineData("0007.1.0.0")]
    [InlineData("-1.waiting.0.0")]
    [InlineData(".0007.waiting.0.0.tmp")]
    public void FileOfAnotherName_IsNoJob(string name) => Assert.Null(JobEntry.Parse(0, name));
}
