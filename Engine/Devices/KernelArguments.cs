// Writes the struct of a launch as PtxArguments lays it out, for a driver: by code that is made once a struct, for a
// step launches in microseconds. Fields may be private and of any depth, hence an expression.
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using NativeCnn.Engine.Ptx;

namespace NativeCnn.Engine.Devices;

/// <summary>How the arguments of a kernel are handed to a driver.</summary>
/// <typeparam name="TArgs">The struct.</typeparam>
internal sealed class KernelArguments<TArgs> where TArgs : struct
{
    private readonly Writer write;

    /// <exception cref="NotSupportedException">It has a field of a type that is not known.</exception>
    public KernelArguments()
    {
        PtxArguments layout = PtxArguments.Of(typeof(TArgs));
        Bytes = layout.Bytes;
        ParameterExpression args = Expression.Parameter(typeof(TArgs).MakeByRefType());
        ParameterExpression to = Expression.Parameter(typeof(nint));
        write = Expression.Lambda<Writer>(
            Expression.Block(layout.Fields.Select(one => Put(args, to, one.Path, one.At))), args, to).Compile();
    }

    private delegate void Writer(ref TArgs args, nint to);

    /// <summary>Bytes of the struct.</summary>
    public int Bytes { get; }

    /// <summary>Writes the struct.</summary>
    /// <param name="args">The struct.</param>
    /// <param name="to">Memory of <see cref="Bytes"/>.</param>
    public void Write(ref TArgs args, nint to) => write(ref args, to);

    private static MethodCallExpression Put(
        ParameterExpression args, ParameterExpression to, FieldInfo[] path, int at)
    {
        Expression value = path.Aggregate((Expression)args, Expression.Field);
        bool isView = value.Type.IsGenericType && value.Type.GetGenericTypeDefinition() == typeof(ArrayView<>);
        return Expression.Call(
            typeof(KernelArguments<TArgs>), isView ? nameof(PutView) : nameof(PutNumber),
            [isView ? value.Type.GetGenericArguments()[0] : value.Type], to, Expression.Constant(at), value);
    }

    private static unsafe void PutNumber<T>(nint to, int at, T number) where T : unmanaged =>
        Unsafe.WriteUnaligned((void*)(to + at), number);

    private static unsafe void PutView<T>(nint to, int at, ArrayView<T> view) where T : unmanaged
    {
        nint address = view.IsValid ? view.LoadEffectiveAddressAsPtr() : 0;
        Unsafe.WriteUnaligned((void*)(to + at), (ulong)address);
        Unsafe.WriteUnaligned((void*)(to + at + sizeof(ulong)), view.Length);
    }
}
