// Operators of each element by itself. Two inputs stretch to one shape as NumPy has it: dimensions are compared from
// the last on, and one of 1 is repeated.
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Tools.Exporting.C.Steps;
using DataType = NativeCnn.Tools.Exporting.Onnx.TensorProto.Types.DataType;

namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>Element by element.</summary>
internal static class OnnxElements
{
    /// <summary>A function of floats.</summary>
    public static Func<OnnxCall, OnnxValue[]> Of(Func<float, float> function) =>
        call => [OnnxValue.Of(call[0].Shape, Array.ConvertAll(call[0].Floats, x => function(x)))];

    /// <summary>A function that an export knows by name.</summary>
    public static Func<OnnxCall, OnnxValue[]> Of(ExportFunction function) => call =>
    {
        float slope = call.Float("alpha", function == ExportFunction.LeakyRelu ? 0.01f : 1);
        return [OnnxValue.Of(
            call[0].Shape, Array.ConvertAll(call[0].Floats, x => CFunctions.Of(function, slope, x)))];
    };

    /// <summary>A function of two numbers, floats or integers.</summary>
    public static Func<OnnxCall, OnnxValue[]> Of(
        Func<float, float, float> ofFloats, Func<long, long, long> ofIntegers) => call =>
    {
        OnnxValue y = call[0];
        for (int i = 1; i < Math.Max(call.Count, 2); i++)
        {
            y = Pair(y, call[i], ofFloats, ofIntegers);
        }

        return [y];
    };

    /// <summary>Whether the first integer is less.</summary>
    public static OnnxValue[] Less(OnnxCall call) =>
        [Pair(call[0], call[1], (a, b) => a < b ? 1 : 0, (a, b) => a < b ? 1 : 0)];

    /// <summary>The second where the first is true, else the third.</summary>
    public static OnnxValue[] Where(OnnxCall call)
    {
        int[] shape = Joined(Joined(call[0].Shape, call[1].Shape), call[2].Shape);
        Func<int, int>[] places = [.. Enumerable.Range(0, 3).Select(i => Stretched(call[i].Shape, shape))];
        long[] chosen = new long[OnnxValue.CountOf(shape)];
        for (int i = 0; i < chosen.Length; i++)
        {
            int input = call[0].Integers[places[0](i)] != 0 ? 1 : 2;
            chosen[i] = call[input].Integers[places[input](i)];
        }

        return [OnnxValue.Of(shape, chosen)];
    }

    /// <summary>Repeats to a shape.</summary>
    public static OnnxValue[] Expand(OnnxCall call)
    {
        int[] shape = Joined(call[0].Shape, [.. call[1].Integers.Select(one => checked((int)one))]);
        return [call[0].Taken(shape, Stretched(call[0].Shape, shape))];
    }

    /// <summary>To 16-bit floats, which stay in 32 bits here, and back.</summary>
    public static OnnxValue[] Cast(OnnxCall call) => (DataType)call.Int("to", 0) switch
    {
        DataType.Float16 => [OnnxValue.Of(
            call[0].Shape, Array.ConvertAll(call[0].Floats, x => (float)(Half)x))],
        DataType.Float => [OnnxValue.Of(call[0].Shape, call[0].Floats)],
        _ => throw new OnnxException($"it casts to type {call.Int("to", 0)}"),
    };

    private static OnnxValue Pair(
        OnnxValue a, OnnxValue b, Func<float, float, float> ofFloats, Func<long, long, long> ofIntegers)
    {
        int[] shape = Joined(a.Shape, b.Shape);
        (Func<int, int> atA, Func<int, int> atB) = (Stretched(a.Shape, shape), Stretched(b.Shape, shape));
        return a.IsFloat
            ? OnnxValue.Of(shape, Each(a.Floats, b.Floats, ofFloats))
            : OnnxValue.Of(shape, Each(a.Integers, b.Integers, ofIntegers));

        T[] Each<T>(T[] of, T[] and, Func<T, T, T> function)
        {
            var result = new T[OnnxValue.CountOf(shape)];
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = function(of[atA(i)], and[atB(i)]);
            }

            return result;
        }
    }

    private static int[] Joined(int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        int[] shape = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            (int one, int other) = (i > a.Length ? 1 : a[^i], i > b.Length ? 1 : b[^i]);
            shape[^i] = one == other || other == 1 ? one
                : one == 1 ? other
                : throw new OnnxException($"{one} and {other} numbers do not go together");
        }

        return shape;
    }

    /// <summary>Where an element of a shape is taken of a smaller one.</summary>
    private static Func<int, int> Stretched(int[] from, int[] to)
    {
        if (from.AsSpan().SequenceEqual(to))
        {
            return i => i;
        }

        if (OnnxValue.CountOf(from) == 1)
        {
            return _ => 0;
        }

        int[] steps = new int[to.Length];
        for (int d = 1, step = 1; d <= from.Length; d++)
        {
            steps[^d] = from[^d] == 1 ? 0 : step;
            step *= from[^d];
        }

        return i =>
        {
            int place = 0;
            for (int d = to.Length - 1; d >= 0; d--)
            {
                place += i % to[d] * steps[d];
                i /= to[d];
            }

            return place;
        };
    }
}
