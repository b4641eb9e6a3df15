using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Planning;

/// <summary>A gradient of one of several users of a value, to be added to the value's.</summary>
internal sealed record GradientSum(Add Add, Tensor<float> Part, Tensor<float> Gradient)
{
    public void Run() => Add.Accumulate(Part, Gradient);
}
