namespace NativeCnn.Model.Explorers;

/// <summary>What is kept of a tensor of a step.</summary>
/// <param name="Name">Its name in the page, such as <c>conv1.weight</c> or <c>output of conv1</c>.</param>
/// <param name="Source">The tensor's name in a step.</param>
/// <param name="Axes">The places kept of each axis.</param>
/// <param name="From">The element of the source that each kept number is.</param>
internal sealed record KeptTensor(string Name, string Source, int[][] Axes, int[] From)
{
    /// <summary>Keeps some places of each axis of a tensor that lies in its source from an element on.</summary>
    public static KeptTensor Of(string name, string source, int start, int[] shape, params int[][] axes)
    {
        int[] from = [start];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int inner = shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
            int[] places = axes[axis];
            from = [.. from.SelectMany(first => places.Select(place => first + (place * inner)))];
        }

        return new KeptTensor(name, source, axes, from);
    }
}
