namespace NativeCnn.Engine.Operators;

/// <summary>A way to compute a convolution or the gradient of its input on the host, planned for one shape.</summary>
internal unsafe interface IConvolutionPlan
{
    /// <summary>Columns of the whole output: time steps of y, or strides of dX.</summary>
    int Columns { get; }

    /// <summary>The stride that column 0 of dX belongs to.</summary>
    int FirstColumn { get; }

    /// <summary>Computes once what <see cref="Run"/> makes of the weights; Run then takes that.</summary>
    /// <param name="weight">[K, C / groups, R].</param>
    void Prepare(float* weight);

    /// <summary>Computes all chunks of all clips.</summary>
    /// <param name="weight">[K, C / groups, R]; those of <see cref="Prepare"/>, where it has run.</param>
    /// <param name="chunks">Chunks of a clip, whose columns the sink knows.</param>
    /// <param name="rows">x, or dY for the gradient.</param>
    /// <param name="sink">Takes the finished rows.</param>
    void Run<TRows, TSink>(float* weight, int chunks, in TRows rows, in TSink sink)
        where TRows : struct, IHostRows
        where TSink : struct, IStripSink;
}
