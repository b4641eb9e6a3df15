// Which types a compiled type uses: in its signatures and in the code of its methods.
using System.Reflection;
using System.Reflection.Emit;

namespace NativeCnn.Tests.Architecture;

internal static class TypeUses
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance |
        BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>
    /// The types that <paramref name="type"/> names, each once; arrays and generic types by their parts.
    /// </summary>
    public static IEnumerable<Type> Of(Type type) => Named(type).SelectMany(Parts).Distinct();

    private static IEnumerable<Type?> Named(Type type)
    {
        yield return type.BaseType;
        foreach (Type used in type.GetInterfaces()
            .Concat(type.GetCustomAttributesData().Select(one => one.AttributeType))
            .Concat(type.GetFields(Declared).Select(one => one.FieldType)))
        {
            yield return used;
        }

        foreach (MethodBase method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
        {
            yield return (method as MethodInfo)?.ReturnType;
            foreach (Type used in method.GetParameters().Select(one => one.ParameterType)
                .Concat(method.GetCustomAttributesData().Select(one => one.AttributeType))
                .Concat(method.GetMethodBody()?.LocalVariables.Select(one => one.LocalType) ?? [])
                .Concat(InCode(method)))
            {
                yield return used;
            }
        }
    }

    private static IEnumerable<Type> InCode(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int at = 0; at < code.Length;)
        {
            short value = code[at++];
            OpCode operation = Codes[value == 0xFE ? unchecked((short)(0xFE00 | code[at++])) : value];
            if (operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType
                or OperandType.InlineTok)
            {
                MemberInfo member = method.Module.ResolveMember(
                    BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
                if ((member as Type ?? member.DeclaringType) is { } named)
                {
                    yield return named;
                }

                if (member is MethodInfo { IsGenericMethod: true } called)
                {
                    foreach (Type argument in called.GetGenericArguments())
                    {
                        yield return argument;
                    }
                }
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericType: true } =>
            type.GetGenericArguments().SelectMany(Parts).Prepend(type.GetGenericTypeDefinition()),
        { IsGenericParameter: true } => [],
        _ => [type],
    };
}
