namespace NativeCnn.Tools.Benchmarking;

/// <summary>How the second of two sets of times stands to the first.</summary>
public enum SampleVerdict
{
    /// <summary>No difference that the test finds.</summary>
    NoDifference,

    /// <summary>Less time.</summary>
    Faster,

    /// <summary>More time.</summary>
    Slower,
}
