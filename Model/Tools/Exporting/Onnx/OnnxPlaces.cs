// Which sample of a clip, or which frame, stands at places that may lie outside of it: Framing.SourceIndex as indices
// of a Gather, a constant where lengths are known and integer arithmetic of the graph where not.
using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Takes places of a value that may lie beyond its ends.</summary>
internal static class OnnxPlaces
{
    /// <summary>
    /// The stretch of a value that begins at a place and may reach beyond its ends; what is there, the mode says.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[batch, ..., length], taken along the last dimension.</param>
    /// <param name="axis">The last dimension.</param>
    /// <param name="length">How long x is there.</param>
    /// <param name="start">The first place; below 0 before x.</param>
    /// <param name="count">Places.</param>
    /// <param name="mode">What lies outside.</param>
    public static string Stretch(
        OnnxGraph graph, string x, int axis, OnnxLength length, long start, OnnxLength count, PadMode mode)
    {
        if (length.Known is { } n && count.Known is { } places)
        {
            if (start == 0 && places == n)
            {
                return x;
            }

            long[] indices = new long[places];
            for (int i = 0; i < indices.Length; i++)
            {
                int source = Framing.SourceIndex(start + i, (int)n, mode);
                indices[i] = source < 0 ? n : source;
            }

            string from = mode == PadMode.Constant && indices.Contains(n) ? WithSilence(graph, x, axis) : x;
            return Take(graph, from, axis, graph.Integers(indices));
        }

        OnnxLength end = count + start;
        string place = graph.Node(
            "Range", $"{x}.places", [graph.Integer(start), end.Value, graph.Integer(1)]);
        return mode == PadMode.Constant
            ? Take(graph, WithSilence(graph, x, axis), axis, Silenced(graph, place, length))
            : Take(graph, x, axis, Folded(graph, place, length, mode));
    }

    /// <summary>Elements along a dimension.</summary>
    public static string Take(OnnxGraph graph, string x, int axis, string indices) =>
        graph.Node("Gather", $"{x}.taken", [x, indices], OnnxGraph.Int("axis", axis));

    /// <summary>Places, at least 0 and at most a last one.</summary>
    public static string Held(OnnxGraph graph, string place, OnnxLength last) => graph.Node(
        "Max", "held", [graph.Node("Min", "held", [place, last.Value]), graph.Integer(0)]);

    private static string Folded(OnnxGraph graph, string place, OnnxLength length, PadMode mode)
    {
        switch (mode)
        {
            case PadMode.Edge:
                return Held(graph, place, length - 1);
            case PadMode.Wrap:
                return graph.Node("Mod", "wrapped", [place, length.Value]);
            default:
                int repeated = mode == PadMode.Symmetric ? 1 : 0;
                OnnxLength period = ((length - (1 - repeated)) * 2).AtLeast(1);
                string folded = graph.Node("Mod", "folded", [place, period.Value]);
                string back = graph.Node("Sub", "back", [(period - repeated).Value, folded]);
                return graph.Node("Min", "mirrored", [folded, back]);
        }
    }

    /// <summary>The place behind the last one for all that lie outside.</summary>
    private static string Silenced(OnnxGraph graph, string place, OnnxLength length)
    {
        string before = graph.Node("Less", "before", [place, graph.Integer(0)]);
        return graph.Node(
            "Where", "place", [before, length.Value, graph.Node("Min", "place", [place, length.Value])]);
    }

    private static string WithSilence(OnnxGraph graph, string x, int axis)
    {
        long[] pads = new long[2 * (axis + 1)];
        pads[^1] = 1;
        return graph.Node("Pad", $"{x}.padded", [x, graph.Integers(pads), graph.Number(0)]);
    }
}
