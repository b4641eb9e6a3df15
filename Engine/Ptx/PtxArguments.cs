// Lays the struct of a launch out as ILGPU's PTX backend expects it: fields in their order, each at a multiple of its
// size, a view as an address and a length of 8 bytes each.
using System.Reflection;
using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Ptx;

/// <summary>The arguments of a kernel: how its struct lies in parameter memory, and which views it holds.</summary>
internal sealed unsafe class PtxArguments
{
    private const int ViewBytes = 16;

    private static readonly MethodInfo DescribeView =
        typeof(PtxArguments).GetMethod(nameof(Describe), BindingFlags.Static | BindingFlags.NonPublic)!;

    private readonly List<(FieldInfo[] Path, int At, Action<object, nint> Write)> numbers = [];
    private readonly List<(FieldInfo[] Path, int At, Func<object, (PtxArray Bytes, long Length)> Describe)> views = [];

    private PtxArguments(Type type) => Bytes = Rounded(Add(type, [], 0, out int align), align);

    /// <summary>Bytes of the struct.</summary>
    public int Bytes { get; }

    /// <summary>Every number and view: the way to it from the struct, and where it lies.</summary>
    public IEnumerable<(FieldInfo[] Path, int At)> Fields =>
        numbers.Select(one => (one.Path, one.At)).Concat(views.Select(one => (one.Path, one.At)));

    /// <summary>How many views there are.</summary>
    public int Views => views.Count;

    /// <summary>The layout of a struct.</summary>
    /// <exception cref="NotSupportedException">It has a field of a type that is not known.</exception>
    public static PtxArguments Of(Type type) => new(type);

    /// <summary>The name of a view: its field.</summary>
    public string NameOf(long view) => view >= 0 && view < views.Count
        ? string.Join('.', views[(int)view].Path.Select(NameOf))
        : "no view";

    // The compiler calls the field of a property X "<X>k__BackingField".
    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;

    /// <summary>Writes the struct and describes its views.</summary>
    /// <param name="boxed">The struct.</param>
    /// <param name="to">Memory of <see cref="Bytes"/>.</param>
    /// <param name="arrays">Memory of <see cref="Views"/>.</param>
    public void Write(object boxed, byte* to, PtxArray* arrays)
    {
        foreach ((FieldInfo[] path, int at, Action<object, nint> write) in numbers)
        {
            write(Follow(boxed, path), (nint)(to + at));
        }

        for (int i = 0; i < views.Count; i++)
        {
            (arrays[i], long length) = views[i].Describe(Follow(boxed, views[i].Path));
            *(ulong*)(to + views[i].At) = PtxSpace.AddressOf(i);
            *(long*)(to + views[i].At + sizeof(ulong)) = length;
        }
    }

    private static object Follow(object boxed, FieldInfo[] path)
    {
        foreach (FieldInfo field in path)
        {
            boxed = field.GetValue(boxed)!;
        }

        return boxed;
    }

    /// <summary>Adds a field of a type; the byte behind it.</summary>
    private int Add(Type type, FieldInfo[] path, int at, out int align)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>))
        {
            align = sizeof(ulong);
            at = Rounded(at, align);
            views.Add((path, at, DescribeView.MakeGenericMethod(type.GetGenericArguments())
                .CreateDelegate<Func<object, (PtxArray, long)>>()));
            return at + ViewBytes;
        }

        if (Number(type) is (int bytes, { } write))
        {
            align = bytes;
            at = Rounded(at, align);
            numbers.Add((path, at, write));
            return at + bytes;
        }

        FieldInfo[] fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        if (!type.IsValueType || type.IsPrimitive || fields.Length == 0)
        {
            throw new NotSupportedException(
                $"a kernel's arguments hold a {type.Name}, which the ptx device does not know");
        }

        align = fields.Max(field => AlignOf(field.FieldType));
        at = Rounded(at, align);
        foreach (FieldInfo field in fields)
        {
            at = Add(field.FieldType, [.. path, field], at, out _);
        }

        return Rounded(at, align);
    }

    private static int AlignOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>) ? sizeof(ulong)
        : Number(type) is (int bytes, _) ? bytes
        : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => AlignOf(field.FieldType)).DefaultIfEmpty(1).Max();

    private static (int Bytes, Action<object, nint> Write)? Number(Type type)
    {
        type = type.IsEnum ? Enum.GetUnderlyingType(type) : type;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => (1, static (value, to) => *(byte*)to = (bool)value ? (byte)1 : (byte)0),
            TypeCode.Int32 => (4, static (value, to) => *(int*)to = (int)value),
            TypeCode.UInt32 => (4, static (value, to) => *(uint*)to = (uint)value),
            TypeCode.Single => (4, static (value, to) => *(float*)to = (float)value),
            TypeCode.Int64 => (8, static (value, to) => *(long*)to = (long)value),
            TypeCode.UInt64 => (8, static (value, to) => *(ulong*)to = (ulong)value),
            TypeCode.Double => (8, static (value, to) => *(double*)to = (double)value),
            _ => null,
        };
    }

    private static (PtxArray Bytes, long Length) Describe<T>(object boxed) where T : unmanaged
    {
        var view = (ArrayView<T>)boxed;
        return (new PtxArray((long)view.HostAddress(), view.Length * sizeof(T)), view.Length);
    }

    private static int Rounded(int bytes, int align) => (bytes + align - 1) / align * align;
}
