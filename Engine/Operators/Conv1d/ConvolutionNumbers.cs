namespace NativeCnn.Engine.Operators;

/// <summary>A <see cref="Conv1dShape"/> as portable kernels take it.</summary>
internal readonly struct ConvolutionNumbers(Conv1dShape shape)
{
    public readonly int Batch = shape.Batch;
    public readonly int Channels = shape.Channels;
    public readonly int Length = shape.Length;
    public readonly int Filters = shape.Filters;
    public readonly int Taps = shape.Taps;
    public readonly int Stride = shape.Stride;
    public readonly int Padding = shape.Padding;
    public readonly int Dilation = shape.Dilation;
    public readonly int Groups = shape.Groups;
    public readonly int OutputLength = shape.OutputLength;
}
