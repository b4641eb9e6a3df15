using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>An activation that has its function and derivative as vectors too, with the same bits.</summary>
/// <typeparam name="TSelf">The struct that implements it.</typeparam>
internal interface IVectorFunction<TSelf> where TSelf : struct, IVectorFunction<TSelf>, IActivation<TSelf>
{
    /// <summary>f(x), lane by lane.</summary>
    static abstract Vector256<float> Values(Vector256<float> x, float slope);

    /// <summary>dY f'(x), lane by lane; value is y where the function reads its output.</summary>
    static abstract Vector256<float> Gradients(Vector256<float> value, Vector256<float> dY, float slope);
}
