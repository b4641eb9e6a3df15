// What an instruction does with the operands of one lane, for those that come seldom.
namespace NativeCnn.Engine.Ptx;

/// <summary>A value for one operand.</summary>
internal interface ILaneOperation<T, TResult>
{
    static abstract TResult Of(T a);
}

/// <summary>A value for two operands.</summary>
internal interface ILaneOperation<T, TOther, TResult>
{
    static abstract TResult Of(T a, TOther b);
}

/// <summary>Division that rounds towards zero; by zero it is all bits set, as on NVIDIA's GPUs.</summary>
internal readonly struct Quotient : ILaneOperation<int, int, int>, ILaneOperation<uint, uint, uint>,
    ILaneOperation<long, long, long>, ILaneOperation<ulong, ulong, ulong>
{
    public static int Of(int a, int b) => b == 0 ? -1 : b == -1 ? unchecked(-a) : a / b;

    public static uint Of(uint a, uint b) => b == 0 ? uint.MaxValue : a / b;

    public static long Of(long a, long b) => b == 0 ? -1 : b == -1 ? unchecked(-a) : a / b;

    public static ulong Of(ulong a, ulong b) => b == 0 ? ulong.MaxValue : a / b;
}

/// <summary>The remainder of <see cref="Quotient"/>; of a division by zero the dividend.</summary>
internal readonly struct Remainder : ILaneOperation<int, int, int>, ILaneOperation<uint, uint, uint>,
    ILaneOperation<long, long, long>, ILaneOperation<ulong, ulong, ulong>
{
    public static int Of(int a, int b) => b == 0 ? a : b == -1 ? 0 : a % b;

    public static uint Of(uint a, uint b) => b == 0 ? a : a % b;

    public static long Of(long a, long b) => b == 0 ? a : b == -1 ? 0 : a % b;

    public static ulong Of(ulong a, ulong b) => b == 0 ? a : a % b;
}

/// <summary>More places than there are leave nothing.</summary>
internal readonly struct ShiftLeft : ILaneOperation<uint, uint, uint>, ILaneOperation<ulong, uint, ulong>
{
    public static uint Of(uint a, uint b) => b > 31 ? 0 : a << (int)b;

    public static ulong Of(ulong a, uint b) => b > 63 ? 0 : a << (int)b;
}

/// <summary>More places than there are leave nothing, of a signed number its sign.</summary>
internal readonly struct ShiftRight : ILaneOperation<uint, uint, uint>, ILaneOperation<ulong, uint, ulong>,
    ILaneOperation<int, uint, int>, ILaneOperation<long, uint, long>
{
    public static uint Of(uint a, uint b) => b > 31 ? 0 : a >> (int)b;

    public static ulong Of(ulong a, uint b) => b > 63 ? 0 : a >> (int)b;

    public static int Of(int a, uint b) => a >> (int)Math.Min(b, 31);

    public static long Of(long a, uint b) => a >> (int)Math.Min(b, 63);
}

/// <summary>A product of two words as a long word.</summary>
internal readonly struct WideProduct : ILaneOperation<uint, uint, ulong>, ILaneOperation<int, int, long>
{
    public static ulong Of(uint a, uint b) => (ulong)a * b;

    public static long Of(int a, int b) => (long)a * b;
}

internal readonly struct Negate : ILaneOperation<float, float>, ILaneOperation<double, double>,
    ILaneOperation<int, int>, ILaneOperation<long, long>
{
    public static float Of(float a) => -a;

    public static double Of(double a) => -a;

    public static int Of(int a) => unchecked(-a);

    public static long Of(long a) => unchecked(-a);
}

internal readonly struct Absolute : ILaneOperation<float, float>, ILaneOperation<double, double>,
    ILaneOperation<int, int>, ILaneOperation<long, long>
{
    public static float Of(float a) => MathF.Abs(a);

    public static double Of(double a) => Math.Abs(a);

    public static int Of(int a) => a < 0 ? unchecked(-a) : a;

    public static long Of(long a) => a < 0 ? unchecked(-a) : a;
}

internal readonly struct Complement : ILaneOperation<uint, uint>, ILaneOperation<ulong, ulong>
{
    public static uint Of(uint a) => ~a;

    public static ulong Of(ulong a) => ~a;
}

internal readonly struct SquareRoot : ILaneOperation<float, float>, ILaneOperation<double, double>
{
    public static float Of(float a) => MathF.Sqrt(a);

    public static double Of(double a) => Math.Sqrt(a);
}

internal readonly struct Reciprocal : ILaneOperation<float, float>, ILaneOperation<double, double>
{
    public static float Of(float a) => 1 / a;

    public static double Of(double a) => 1 / a;
}

/// <summary><c>cvt</c> between whole numbers: cut, or extended by the sign of a signed one.</summary>
internal readonly struct Resize : ILaneOperation<int, long>, ILaneOperation<uint, ulong>, ILaneOperation<long, int>,
    ILaneOperation<ulong, uint>
{
    public static long Of(int a) => a;

    public static ulong Of(uint a) => a;

    public static int Of(long a) => unchecked((int)a);

    public static uint Of(ulong a) => unchecked((uint)a);
}

/// <summary><c>cvt.rn</c> to float32: to the nearest, of two the even.</summary>
internal readonly struct ToFloat : ILaneOperation<int, float>, ILaneOperation<uint, float>,
    ILaneOperation<long, float>, ILaneOperation<ulong, float>, ILaneOperation<double, float>
{
    public static float Of(int a) => a;

    public static float Of(uint a) => a;

    public static float Of(long a) => a;

    public static float Of(ulong a) => a;

    public static float Of(double a) => (float)a;
}

/// <summary><c>cvt</c> to float64.</summary>
internal readonly struct ToDouble : ILaneOperation<int, double>, ILaneOperation<uint, double>,
    ILaneOperation<long, double>, ILaneOperation<ulong, double>, ILaneOperation<float, double>
{
    public static double Of(int a) => a;

    public static double Of(uint a) => a;

    public static double Of(long a) => a;

    public static double Of(ulong a) => a;

    public static double Of(float a) => a;
}

/// <summary><c>cvt.rzi</c>: towards zero, what is too large to the largest; NaN is 0.</summary>
internal readonly struct Truncate : ILaneOperation<float, int>, ILaneOperation<float, uint>,
    ILaneOperation<float, long>, ILaneOperation<double, int>, ILaneOperation<double, uint>,
    ILaneOperation<double, long>
{
    static int ILaneOperation<float, int>.Of(float a) => float.ConvertToInteger<int>(a);

    static uint ILaneOperation<float, uint>.Of(float a) => float.ConvertToInteger<uint>(a);

    static long ILaneOperation<float, long>.Of(float a) => float.ConvertToInteger<long>(a);

    static int ILaneOperation<double, int>.Of(double a) => double.ConvertToInteger<int>(a);

    static uint ILaneOperation<double, uint>.Of(double a) => double.ConvertToInteger<uint>(a);

    static long ILaneOperation<double, long>.Of(double a) => double.ConvertToInteger<long>(a);
}

/// <summary><c>cvt.rna.tf32.f32</c>: to 10 bits of fraction, to the nearest, of two the one away from zero.</summary>
internal readonly struct ToTf32 : ILaneOperation<float, uint>
{
    public static uint Of(float a)
    {
        uint bits = BitConverter.SingleToUInt32Bits(a);
        return float.IsFinite(a) ? (bits + 0x1000) & 0xFFFFE000 : bits;
    }
}
