using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Operators;

/// <inheritdoc cref="ActivationAttribute"/>
/// <typeparam name="TFunction">The function.</typeparam>
internal sealed class ActivationAttribute<TFunction> : ActivationAttribute
    where TFunction : struct, IActivation<TFunction>
{
    /// <inheritdoc/>
    public override Activation Plan(ComputeDevice device, int length, float? slope) =>
        new Activation<TFunction>(device, length, slope);
}
