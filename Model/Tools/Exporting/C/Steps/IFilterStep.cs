namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>A step whose outputs are weighted sums of some of its inputs.</summary>
internal interface IFilterStep
{
    /// <summary>Groups of filters, each with inputs of its own.</summary>
    int Groups { get; }

    /// <summary>Weights of a filter.</summary>
    int Row { get; }

    /// <summary>How often each filter is applied.</summary>
    int Places { get; }

    /// <summary>What the filters of a group are applied to at a place, in the order of the layer's weights.</summary>
    /// <param name="x">The first input's numbers.</param>
    /// <param name="group">The group.</param>
    /// <param name="place">The place.</param>
    /// <param name="inputs">[row].</param>
    void Read(float[] x, int group, int place, Span<float> inputs);
}
