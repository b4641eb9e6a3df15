// What an optimiser is made of. An optimiser is one folder: a record of its settings, which is also its JSON and makes
// it, an IOptimizer, its kernels and its host body. Three lines tell one:
//   [OptimizerType(name, sentence)]   how --optimizer and run folders name it
//   Validate()                        refuses settings that make no sense, in one line
//   Create(device, values, ...)       the optimiser over all parameters of a network
// and a fourth, for those who study it:
//   Explain(at)                       a step of one parameter in float64, line by line
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The settings of an optimiser: a record whose properties can be set and have defaults.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public abstract record OptimizerOptions : IValidated
{
    /// <summary>
    /// True where the setting <c>weight_decay</c> shrinks the parameters themselves (AdamW), false where it adds to
    /// their gradients.
    /// </summary>
    public virtual bool DecouplesDecay => false;

    /// <summary>Throws unless the settings make sense together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and why.</exception>
    public abstract void Validate();

    /// <summary>Makes the optimiser and allocates what it keeps between steps.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="values">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="progress">Step number and learning rate.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public abstract IOptimizer Create(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress);

    /// <summary>A step of one parameter in float64, line by line; the last line is the new parameter.</summary>
    /// <param name="at">The parameter, its gradient and what the optimiser remembers of it.</param>
    /// <returns>The lines; none where the optimiser does not tell.</returns>
    public virtual IReadOnlyList<FormulaLine> Explain(UpdatePoint at) => [];

    /// <summary>Throws unless a setting is a finite number from 0.</summary>
    /// <param name="name">What the message calls it.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    protected internal static void ExpectFromZero(string name, float value)
    {
        if (!(value >= 0f) || !float.IsFinite(value))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} is a finite number from 0, not {value}"), name);
        }
    }
}
