// How close a decoder's samples come to another's.

namespace NativeCnn.Tests.Support;

/// <summary>Power ratios of samples.</summary>
internal static class Decibels
{
    /// <summary>10 log10 of the signal's power over that of the difference; infinite where there is none.</summary>
    public static double OfSignalOverDifference(ReadOnlySpan<float> expected, ReadOnlySpan<float> got)
    {
        double signal = 0;
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            signal += (double)expected[i] * expected[i];
            double off = (double)expected[i] - got[i];
            difference += off * off;
        }

        return difference == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / difference);
    }
}
