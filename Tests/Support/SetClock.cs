namespace NativeCnn.Tests.Support;

/// <summary>A clock that stands still until it is set forward.</summary>
internal sealed class SetClock : TimeProvider
{
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref now);

    public void Pass(double seconds) => Interlocked.Add(ref now, TimeSpan.FromSeconds(seconds).Ticks);
}
