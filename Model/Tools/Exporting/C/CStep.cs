namespace NativeCnn.Tools.Exporting.C;

/// <summary>One call of the network's function in C, and the same computation here.</summary>
internal abstract class CStep(IReadOnlyList<CValue> inputs, CValue output)
{
    /// <summary>What it takes.</summary>
    public IReadOnlyList<CValue> Inputs { get; } = inputs;

    /// <summary>What it gives.</summary>
    public CValue Output { get; } = output;

    /// <summary>The first input.</summary>
    protected CValue X => Inputs[0];

    /// <summary>Whether the output may lie where the first input lies, number for number.</summary>
    public virtual bool MayOverwrite => false;

    /// <summary>Whether it computes in whole numbers.</summary>
    protected bool IsQuantised => Inputs[0].Number != CNumber.Float32 || Output.Number != CNumber.Float32;

    /// <summary>Computes it for one clip.</summary>
    public abstract void Run(CRun run);

    /// <summary>Writes its constants, its comment and its call.</summary>
    public abstract void Write(CBody body);
}
