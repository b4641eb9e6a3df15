namespace NativeCnn.Engine.Operators;

/// <summary>Where the packed rows of a convolution come from: the samples of one channel of one clip.</summary>
internal unsafe interface IHostRows
{
    /// <summary>packed[i] = row[start + i step] for i &lt; width, and 0 outside the row.</summary>
    void Pack(int clip, int channel, int start, int step, float* packed, int width);
}
