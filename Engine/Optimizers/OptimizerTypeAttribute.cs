namespace NativeCnn.Engine.Optimizers;

/// <summary>What an optimiser is called at the command line and in run folders.</summary>
/// <param name="type">The value of <c>type</c> in JSON, such as <c>adam</c>.</param>
/// <param name="sentence">What it is, for help, without a full stop.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OptimizerTypeAttribute(string type, string sentence) : Attribute
{
    /// <summary>The value of <c>type</c> in JSON.</summary>
    public string Type { get; } = type;

    /// <summary>What it is, for help.</summary>
    public string Sentence { get; } = sentence;
}
