// What operators check of the tensors that they are given. The message names the argument by the caller's own words.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace NativeCnn.Engine.Tensors;

/// <summary>Checks of an operator's arguments: <c>dY: expected [32, 64], got [32, 63]</c>.</summary>
internal static class TensorChecks
{
    /// <summary>Throws unless the tensor has the shape that an operator was planned for.</summary>
    /// <exception cref="ArgumentNullException">There is no tensor.</exception>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public static void Expect<T>(
        [NotNull] this Tensor<T>? tensor, Shape expected,
        [CallerArgumentExpression(nameof(tensor))] string argument = "") where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor, argument);
        if (tensor.Shape != expected)
        {
            throw new ArgumentException($"{argument}: expected {expected}, got {tensor.Shape}");
        }
    }

    /// <summary>Throws unless the tensor has as many elements as an operator was planned for.</summary>
    /// <inheritdoc cref="Expect{T}"/>
    public static void ExpectLength<T>(
        [NotNull] this Tensor<T>? tensor, int expected,
        [CallerArgumentExpression(nameof(tensor))] string argument = "") where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor, argument);
        if (tensor.Length != expected)
        {
            throw new ArgumentException($"{argument}: expected {expected} elements, got {tensor.Shape}");
        }
    }

    /// <summary><see cref="Expect{T}"/> for an argument that may be null.</summary>
    public static void ExpectIfGiven<T>(
        this Tensor<T>? tensor, Shape expected, [CallerArgumentExpression(nameof(tensor))] string argument = "")
        where T : unmanaged
    {
        if (tensor is not null)
        {
            tensor.Expect(expected, argument);
        }
    }

    /// <summary><see cref="ExpectLength{T}"/> for an argument that may be null.</summary>
    public static void ExpectLengthIfGiven<T>(
        this Tensor<T>? tensor, int expected, [CallerArgumentExpression(nameof(tensor))] string argument = "")
        where T : unmanaged
    {
        if (tensor is not null)
        {
            tensor.ExpectLength(expected, argument);
        }
    }
}
