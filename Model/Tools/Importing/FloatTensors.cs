using NativeCnn.Model.Formats;

namespace NativeCnn.Tools.Importing;

/// <summary>Tensors of any floating-point type as 32 bits.</summary>
internal static class FloatTensors
{
    /// <summary>True for 16, 32 and 64 bits, bfloat16 among them.</summary>
    public static bool IsFloat(SafeTensorType type) =>
        type is SafeTensorType.F16 or SafeTensorType.BF16 or SafeTensorType.F32 or SafeTensorType.F64;

    /// <summary>The numbers, rounded where they have more digits.</summary>
    /// <exception cref="SafeTensorsException">They are whole numbers.</exception>
    public static float[] Of(SafeTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Type switch
        {
            SafeTensorType.F64 => Array.ConvertAll(tensor.AsFloat64().ToArray(), value => (float)value),
            SafeTensorType.F16 => Array.ConvertAll(tensor.As<Half>().ToArray(), value => (float)value),
            // bfloat16 is the upper half of a float.
            SafeTensorType.BF16 => Array.ConvertAll(
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(tensor.Bytes.Span).ToArray(),
                bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
            _ => tensor.AsFloat32().ToArray(),
        };
    }
}
