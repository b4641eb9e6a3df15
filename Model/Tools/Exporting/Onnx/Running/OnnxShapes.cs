// Operators that put numbers elsewhere and compute none.
namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>Shapes and places.</summary>
internal static class OnnxShapes
{
    /// <summary>The dimensions of the input.</summary>
    public static OnnxValue[] Shape(OnnxCall call) =>
        [OnnxValue.Of([call[0].Shape.Length], [.. call[0].Shape.Select(one => (long)one)])];

    /// <summary>Other dimensions: 0 keeps one, -1 is what is left.</summary>
    public static OnnxValue[] Reshape(OnnxCall call)
    {
        OnnxValue x = call[0];
        long[] wanted = [.. call[1].Integers.Select((one, i) => one == 0 ? x.Shape[i] : one)];
        long others = wanted.Where(one => one >= 0).Aggregate(1L, (product, one) => product * one);
        return [x.As([.. wanted.Select(one => checked((int)(one < 0 ? x.Count / Math.Max(others, 1) : one)))])];
    }

    /// <summary>Two dimensions: those before an axis, and the others.</summary>
    public static OnnxValue[] Flatten(OnnxCall call)
    {
        int axis = call.Int("axis", 1);
        int[] shape = call[0].Shape;
        return [call[0].As([OnnxValue.CountOf(shape.AsSpan(0, axis)), OnnxValue.CountOf(shape.AsSpan(axis))])];
    }

    /// <summary>Dimensions of 1 put in.</summary>
    public static OnnxValue[] Unsqueeze(OnnxCall call)
    {
        List<int> shape = [.. call[0].Shape];
        int rank = shape.Count + call[1].Count;
        foreach (int axis in call[1].Integers.Select(one => OnnxCall.Axis(one, rank)).Order())
        {
            shape.Insert(axis, 1);
        }

        return [call[0].As([.. shape])];
    }

    /// <summary>Dimensions in another order.</summary>
    public static OnnxValue[] Transpose(OnnxCall call)
    {
        int[] order = call.Ints("perm") ?? throw new OnnxException("it has no perm");
        int[] from = call[0].Shape;
        int[] shape = [.. order.Select(axis => from[axis])];
        int[] steps = [.. order.Select(axis => OnnxValue.CountOf(from.AsSpan(axis + 1)))];
        return [call[0].Taken(shape, i =>
        {
            int place = 0;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                place += i % shape[d] * steps[d];
                i /= shape[d];
            }

            return place;
        })];
    }

    /// <summary>Values one behind the other along a dimension.</summary>
    public static OnnxValue[] Concat(OnnxCall call)
    {
        int axis = call.Axis(0);
        OnnxValue[] parts = [.. Enumerable.Range(0, call.Count).Select(i => call[i])];
        int[] shape = [.. parts[0].Shape];
        shape[axis] = parts.Sum(part => part.Shape[axis]);
        return parts[0].IsFloat
            ? [OnnxValue.Of(shape, Joined(parts, part => part.Floats))]
            : [OnnxValue.Of(shape, Joined(parts, part => part.Integers))];

        T[] Joined<T>(OnnxValue[] all, Func<OnnxValue, T[]> numbers)
        {
            var result = new T[OnnxValue.CountOf(shape)];
            int outer = OnnxValue.CountOf(shape.AsSpan(0, axis));
            int row = outer == 0 ? 0 : result.Length / outer;
            int first = 0;
            foreach (OnnxValue part in all)
            {
                int length = part.Count / Math.Max(outer, 1);
                for (int o = 0; o < outer; o++)
                {
                    Array.Copy(numbers(part), o * length, result, (o * row) + first, length);
                }

                first += length;
            }

            return result;
        }
    }

    /// <summary>A value in parts along a dimension.</summary>
    public static OnnxValue[] Split(OnnxCall call)
    {
        int axis = call.Axis(0);
        long first = 0;
        return
        [
            .. call[1].Integers.Select(length =>
            {
                OnnxValue part = Along(call[0], axis, first, length);
                first += length;
                return part;
            }),
        ];
    }

    /// <summary>A stretch along a dimension.</summary>
    public static OnnxValue[] Slice(OnnxCall call)
    {
        int axis = OnnxCall.Axis(call[3].Integers[0], call[0].Shape.Length);
        (long start, long end) = (call[1].Integers[0], call[2].Integers[0]);
        return [Along(call[0], axis, start, end - start)];
    }

    /// <summary>Chosen places along a dimension.</summary>
    public static OnnxValue[] Gather(OnnxCall call)
    {
        int axis = call.Axis(0);
        int[] from = call[0].Shape;
        long[] places = call[1].Integers;
        int inner = OnnxValue.CountOf(from.AsSpan(axis + 1));
        int[] shape = [.. from[..axis], .. call[1].Shape, .. from[(axis + 1)..]];
        return [call[0].Taken(shape, i =>
        {
            long place = places[i / inner % places.Length];
            place = place < 0 ? place + from[axis] : place;
            return place >= 0 && place < from[axis]
                ? (int)((((i / inner / places.Length * from[axis]) + place) * inner) + (i % inner))
                : throw new OnnxException($"there is no place {place} of {from[axis]}");
        })];
    }

    /// <summary>
    /// A number around a value: as many before each dimension, then as many behind each; below 0, so many are cut off.
    /// </summary>
    public static OnnxValue[] Pad(OnnxCall call)
    {
        OnnxValue x = call[0];
        int rank = x.Shape.Length;
        int[] pads = [.. call[1].Integers.Select(one => checked((int)one))];
        int[] shape = [.. x.Shape.Select((length, d) => pads[d] + length + pads[rank + d])];
        float[] padded = new float[OnnxValue.CountOf(shape)];
        Array.Fill(padded, call[2].Floats[0]);
        for (int i = 0; i < x.Count; i++)
        {
            (int left, int place, int step) = (i, 0, 1);
            bool isKept = true;
            for (int d = rank - 1; d >= 0; d--)
            {
                int at = (left % x.Shape[d]) + pads[d];
                isKept &= at >= 0 && at < shape[d];
                place += at * step;
                left /= x.Shape[d];
                step *= shape[d];
            }

            if (isKept)
            {
                padded[place] = x.Floats[i];
            }
        }

        return [OnnxValue.Of(shape, padded)];
    }

    /// <summary>Integers from one on, as long as they are below a limit.</summary>
    public static OnnxValue[] Range(OnnxCall call)
    {
        (long start, long end, long step) = (call[0].Integers[0], call[1].Integers[0], call[2].Integers[0]);
        int count = OnnxValue.CountOf([checked((int)Math.Max(0, (end - start + step - 1) / step))]);
        return [OnnxValue.Of([count], [.. Enumerable.Range(0, count).Select(i => start + (i * step))])];
    }

    private static OnnxValue Along(OnnxValue x, int axis, long first, long length)
    {
        if (first < 0 || length < 0 || first + length > x.Shape[axis])
        {
            throw new OnnxException($"there are no places {first} to {first + length} of {x.Shape[axis]}");
        }

        int[] shape = [.. x.Shape];
        shape[axis] = (int)length;
        int inner = OnnxValue.CountOf(x.Shape.AsSpan(axis + 1));
        int row = Math.Max(1, (int)length * inner);
        return x.Taken(shape, i => (i / row * x.Shape[axis] * inner) + ((int)first * inner) + (i % row));
    }
}
